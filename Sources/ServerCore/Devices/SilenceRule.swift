/// Whether a device's silence is to be told. Decided without any effect.
///
/// What a server could not hear is no silence: after it began to listen every device that was due before has its interval
/// and its lateness.
struct SilenceRule: Sendable, Equatable {
    /// µs since 1970 from which on nothing that a device said was missed.
    var listeningSince: Int64

    /// Since when the device is silent, when that is to be told. `interval` is what is wanted of it, in seconds.
    func silence(
        _ contact: DeviceRecord.Contact, standing: DeviceStanding, interval: Int64, now: Int64
    ) -> Int64? {
        guard case .silent(let since) = DevicePresence(contact, standing: standing, now: now) else { return nil }
        // It was to come while the server listened, and did not.
        if let next = contact.nextSync, next >= listeningSince { return since }
        let span = interval * 1_000_000
        return now > listeningSince + span + DevicePresence.lateness(of: span) ? since : nil
    }
}
