/// Control (state, results, orders, operators' changes) commits before events.
package enum WriteLane: Sendable {
    case control
    case events
}
