/// What the server holds of a device that its condition is decided from.
package struct DeviceConditionFacts: Sendable {
    /// What an operator calls it in a command.
    package var name: String
    package var standing = DeviceStanding.active
    package var presence: DevicePresence
    package var isStranger = false
    package var enrolledAt: Int64
    package var refusedReason: String?
    package var refusedUntil: Int64?
    package var addressStatus: String?
    package var addressError: String?
    package var holdReason: String?
    package var restoredAt: Int64?
    package var certificateNotAfter: Int64?
    /// nil when the certificate is not among those that the server remembers.
    package var certificateIssuedAt: Int64?
    package var healthy: Bool?
    package var healthError: String?
    package var configurationStatus: String?
    package var configurationError: String?
    /// Those that are well may be left out.
    package var applications: [ApplicationState] = []
    /// Those that were applied may be left out.
    package var entries: [EntryResult] = []

    package init(name: String, presence: DevicePresence, enrolledAt: Int64) {
        self.name = name
        self.presence = presence
        self.enrolledAt = enrolledAt
    }

    package init(
        _ device: DeviceRecord, applications: [ApplicationState], entries: [EntryResult], certificateIssuedAt: Int64?,
        now: Int64
    ) {
        name = "\(device.uid)"
        standing = device.standing
        presence = DevicePresence(device.contact, standing: device.standing, now: now)
        isStranger = device.isStranger
        enrolledAt = device.enrolledAt
        refusedReason = device.contact.refusedReason
        refusedUntil = device.contact.refusedUntil
        addressStatus = device.connectionStatus
        addressError = device.connectionError
        holdReason = device.hold?.reason
        restoredAt = device.restoredAt
        certificateNotAfter = device.certificateNotAfter
        self.certificateIssuedAt = certificateIssuedAt
        healthy = device.healthy
        healthError = device.healthError
        configurationStatus = device.reportedStatus
        configurationError = device.reportedError
        self.applications = applications
        self.entries = entries
    }
}
