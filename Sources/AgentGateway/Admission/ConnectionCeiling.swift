package import DeviceProtocol
import ServerCore

/// Who keeps a connection when there are fewer places than wishes: places are taken in the order of asking, and at
/// the ceiling a higher keep-connection priority takes the place of the lowest.
package struct ConnectionCeiling: Sendable {
    package enum Decision: Sendable, Equatable {
        case granted
        /// The other device is to be told to go back to periodic connections.
        case grantedInsteadOf(DeviceUID)
        case refused
    }

    package let limit: Int
    private var holders: [DeviceUID: Int] = [:]

    package init(limit: Int) { self.limit = limit }

    package var count: Int { holders.count }

    /// Whether the device would get a place; takes none.
    package func wouldGrant(_ device: DeviceUID, priority: Int) -> Bool {
        if holders[device] != nil || holders.count < limit { return true }
        guard limit > 0, let lowest = holders.values.min() else { return false }
        return lowest < priority
    }

    /// Takes a place for a device that is connected. Asking again changes only its priority.
    package mutating func take(_ device: DeviceUID, priority: Int) -> Decision {
        if holders[device] != nil || holders.count < limit {
            holders[device] = priority
            return .granted
        }
        guard let lowest = holders.min(by: { $0.value < $1.value }), lowest.value < priority else { return .refused }
        holders[lowest.key] = nil
        holders[device] = priority
        return .grantedInsteadOf(lowest.key)
    }

    package mutating func release(_ device: DeviceUID) { holders.removeShrinking(device) }
}
