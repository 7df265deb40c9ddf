/// What must hold whatever happens.
package enum Invariant: String, Sendable, CaseIterable {
    /// What a device took durably and did not drop is stored once and only once.
    case eventsExactlyOnce = "events-exactly-once"
    /// What an overflow dropped or a restored server lost is told by an event.
    case lossIsTold = "loss-is-told"
    case desiredStateConverges = "desired-state-converges"
    /// Every order ends, and every run with it.
    case ordersEnd = "orders-end"
    case tasksAtMostOnce = "tasks-at-most-once"
    /// An agent never has two connections.
    case oneConnection = "one-connection"
    /// A device that could speak is heard within its interval and the reconnect window.
    case neverSilent = "never-silent"
    /// While the server can be reached, an event does not wait for the next synchronisation.
    case eventsAtOnce = "events-at-once"
    case hintsObeyed = "hints-obeyed"
    /// The server accepts no faster, and has no more handshakes at once, than it is set to.
    case admissionKept = "admission-kept"
    /// Who fails comes back more and more slowly.
    case backsOff = "backs-off"
    /// A fleet that lost its server does not come back in one moment.
    case fleetSpreads = "fleet-spreads"
    case wakesOnce = "wakes-once"
    /// Two agents that keep alternating under one identity are held.
    case copiesNoticed = "copies-noticed"
    /// A device of which there is no copy is never held.
    case onlyCopiesHeld = "only-copies-held"
    /// The parts threw what they never throw, or exchanged messages without end.
    case sound
}
