package import DeviceProtocol
import ServerStore

/// A device that a policy or a task concerns, and how far it is.
package struct DeployedDevice: Sendable, Equatable {
    package var device: DeviceUID
    package var hostname: String
    package var group: String
    package var state: DeploymentState
    /// Why it is not applied, for people; empty when it is.
    package var reason: String
    /// When the device last said something of exactly this.
    package var reportedAt: Int64?
    package var lastSeen: Int64?

    init(row: SQLRow) throws {
        guard let uid = DeviceUID(try row.blob("uid")), let state = DeploymentState(rawValue: try row.text("state"))
        else { throw StoreError(.damaged, "a device's uid or state is not readable") }
        device = uid
        self.state = state
        hostname = try row.text("hostname")
        group = try row.text("group_name")
        reportedAt = try row.optionalInteger("reported_at")
        lastSeen = try row.optionalInteger("last_seen_at")
        switch state {
        case .applied: reason = ""
        case .failed: reason = try row.optionalText("reason") ?? ""
        case .pending:
            if try row.flag("stale") {
                reason = "its document is being compiled"
            } else if try row.flag("taken") {
                reason = "the device has it and is not done with it"
            } else {
                reason = "the device has not fetched it"
            }
        }
    }
}
