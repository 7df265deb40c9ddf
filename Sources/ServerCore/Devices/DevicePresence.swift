/// How a device stands with us now, derived from when and how it was heard of. Nothing is assumed.
package enum DevicePresence: Sendable, Equatable {
    case connected(since: Int64)
    /// Heard of in time; `next` is when it should come again.
    case periodic(next: Int64)
    /// Not heard of when it should have been.
    case silent(since: Int64)
    case off(reason: String, since: Int64)
    /// Enrolled, and not heard of since.
    case new
    /// Enrolled, and not let in before an operator approves it.
    case pending
    case revoked

    /// How late a device may be: a tenth of the time between its contacts, at least a minute.
    static let leastLateness: Int64 = 60_000_000

    /// `span` between two contacts; both in µs.
    static func lateness(of span: Int64) -> Int64 { max(leastLateness, span / 10) }

    package init(_ contact: DeviceRecord.Contact, standing: DeviceStanding, now: Int64) {
        if standing == .pending {
            self = .pending
        } else if standing != .active {
            self = .revoked
        } else if let since = contact.offAt {
            self = .off(reason: contact.offReason ?? "off", since: since)
        } else if contact.node != nil {
            self = .connected(since: contact.connectedSince ?? contact.lastSeen ?? now)
        } else if let seen = contact.lastSeen ?? contact.disconnectedAt {
            let next = contact.nextSync ?? seen
            self = next + Self.lateness(of: next - seen) < now ? .silent(since: seen) : .periodic(next: next)
        } else {
            self = .new
        }
    }

    package var name: String {
        switch self {
        case .connected: "connected"
        case .periodic: "periodic"
        case .silent: "silent"
        case .off: "off"
        case .new: "new"
        case .pending: "pending"
        case .revoked: "revoked"
        }
    }
}
