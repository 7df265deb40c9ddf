/// Whether an operator has to do something about a device, and why. Decided from what the server holds, without any effect.
package struct DeviceCondition: Sendable, Equatable {
    /// The worst of its reasons'.
    package var level: ConditionLevel
    /// The worst first; below one level in the order of their codes.
    package var reasons: [ConditionReason]

    /// How long it is shown that a device was restored from a snapshot, in µs.
    package static let restoredShown: Int64 = 86_400_000_000
    /// How long a device that has enrolled may take to report, in µs.
    package static let firstReport = DeviceIntents.defaultSyncInterval * 1_000_000
    /// A certificate is close to its end so long before, in µs, and after five sixths of its life: an agent renews its
    /// own after two thirds, so by then renewal has failed for a while.
    package static let certificateClose: Int64 = 14 * 86_400_000_000
    package static let certificatePart: Int64 = 6

    /// `now` in µs since 1970. A device that may not speak has that as its only reason: all else is as it was left.
    package init(_ facts: DeviceConditionFacts, now: Int64) {
        var found: [ConditionReason]
        switch facts.presence {
        case .revoked:
            found = [ConditionReason(.revoked, "it was revoked and is shut out; delete it when it is not to come back")]
        case .pending:
            found = [
                ConditionReason(
                    .pending,
                    "it waits for approval: \"martlet approve \(facts.name)\" lets it in, deleting it refuses it")
            ]
        default: found = Self.contact(facts, now) + Self.identity(facts, now) + Self.configuration(facts)
        }
        if facts.standing == .active { found += ConditionReason.applications(facts) }
        self.init(reasons: found)
    }

    package init(reasons found: [ConditionReason]) {
        reasons = found.sorted {
            ($1.level.rawValue, $0.code.rawValue, $0.text) < ($0.level.rawValue, $1.code.rawValue, $1.text)
        }
        level = reasons.first?.level ?? .ok
    }

    private static func contact(_ facts: DeviceConditionFacts, _ now: Int64) -> [ConditionReason] {
        var found: [ConditionReason] = []
        switch facts.presence {
        case .silent(let since):
            found.append(
                ConditionReason(
                    .silent,
                    "it was not heard of for \(TimeSpan.text(now - since)), longer than its sync interval allows; check that it is on, that its agent runs and that it reaches the server"
                ))
        case .new where now - facts.enrolledAt > firstReport:
            found.append(
                ConditionReason(
                    .neverReported,
                    "it enrolled \(TimeSpan.text(now - facts.enrolledAt)) ago and has not reported since; look at its agent's log, or delete it"
                ))
        default: break
        }
        if let reason = facts.refusedReason, facts.refusedUntil ?? .max > now {
            found.append(
                ConditionReason(
                    .keepConnectionRefused,
                    "it is to keep a connection and was refused: \(reason); it comes periodically until then"))
        }
        if facts.addressStatus == ConfigOutcome.failed.rawValue {
            found.append(
                ConditionReason(
                    .addressFailed,
                    "it could not use the server address that its group offers\(colon(facts.addressError)); it keeps the one it has; correct serverAddress of the group"
                ))
        }
        return found
    }

    private static func identity(_ facts: DeviceConditionFacts, _ now: Int64) -> [ConditionReason] {
        var found: [ConditionReason] = []
        if let hold = facts.holdReason {
            found.append(
                ConditionReason(
                    .held,
                    "it gets neither orders nor configuration: \(hold); \"martlet split \(facts.name)\" gives the newcomer an identity of its own, \"martlet release \(facts.name)\" lets it go on as it is"
                ))
        }
        if let restored = facts.restoredAt, now - restored <= restoredShown {
            found.append(
                ConditionReason(
                    .restored,
                    "it was restored from a snapshot \(TimeSpan.text(now - restored)) ago; what it did after the snapshot may be lost; shown for a day"
                ))
        }
        if let end = facts.certificateNotAfter { found += certificate(until: end, facts, now) }
        return found
    }

    private static func certificate(
        until end: Int64, _ facts: DeviceConditionFacts, _ now: Int64
    ) -> [ConditionReason] {
        let remedy =
            facts.isStranger
            ? "issue it another one with \"martlet certificate issue\""
            : "the agent renews it when it reaches the server; look at its log"
        guard end > now else {
            return [
                ConditionReason(
                    .certificateExpired, "its certificate expired \(TimeSpan.text(now - end)) ago; \(remedy)")
            ]
        }
        let life = facts.certificateIssuedAt.map { end - $0 } ?? .max
        guard end - now < min(certificateClose, life / certificatePart) else { return [] }
        return [
            ConditionReason(.certificateCloses, "its certificate expires in \(TimeSpan.text(end - now)); \(remedy)")
        ]
    }

    private static func configuration(_ facts: DeviceConditionFacts) -> [ConditionReason] {
        let failed = facts.entries.filter { $0.status == EntryOutcome.failed.rawValue }
        if failed.isEmpty, facts.configurationStatus == ConfigOutcome.failed.rawValue {
            return [
                ConditionReason(
                    .configurationFailed,
                    "it could not take the configuration declared for it\(colon(facts.configurationError)); correct what is declared"
                )
            ]
        }
        return failed.map {
            ConditionReason(
                .entryFailed,
                "it could not apply \($0.entry)\(colon($0.reason)); correct what is declared, or the cause on the device"
            )
        }
    }

    static func colon(_ text: String?) -> String { text.flatMap { $0.isEmpty ? nil : ": \($0)" } ?? "" }
}
