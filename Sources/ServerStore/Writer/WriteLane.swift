/// Who goes first: what somebody waits for (an operator's order, its result), then control (states, reports, documents), then
/// events.
package enum WriteLane: Int, CaseIterable, Sendable {
    case urgent
    case control
    case events
}
