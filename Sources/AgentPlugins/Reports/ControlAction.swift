/// The values are those of martlet.control/1.
package enum ControlAction: Int64, Sendable, Hashable, CaseIterable {
    case start = 1
    case stop = 2
    case restart = 3
}
