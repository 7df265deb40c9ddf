import DeviceProtocol

/// Where an order stands.
package enum OrderStatus: String, Sendable {
    case pending
    case done
    case failed
    /// Taken durably by the device; what comes of it is a task run.
    case accepted
    /// The device did not take it in time. Derived when read until `OrderExpiry` has written it down.
    case expired

    /// nil for a status that this version does not know.
    init?(_ wire: WireOrderStatus) {
        switch wire {
        case .done: self = .done
        case .failed: self = .failed
        case .accepted: self = .accepted
        default: return nil
        }
    }
}
