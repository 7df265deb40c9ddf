package import DeviceProtocol

/// What an operator may do to an application.
package enum ApplicationAction: String, Sendable, CaseIterable {
    case start, stop, restart

    package var wire: WireControlAction {
        switch self {
        case .start: .start
        case .stop: .stop
        case .restart: .restart
        }
    }
}
