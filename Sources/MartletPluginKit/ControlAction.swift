internal import MartletABI

/// What may be done to an application.
public enum ControlAction: Sendable, Hashable {
    case start, stop, restart

    init?(_ value: Int32) {
        switch Int(value) {
        case MARTLET_CONTROL_START: self = .start
        case MARTLET_CONTROL_STOP: self = .stop
        case MARTLET_CONTROL_RESTART: self = .restart
        default: return nil
        }
    }
}
