import DesiredState
import DeviceProtocol
import OpAMP
import SwiftProtobuf
import Testing

@testable import ServerCore

@Suite struct DeviceConditionTests {
    private static let now = TestClock.start
    private static let day: Int64 = 86_400_000_000

    static let cases: [Case] = [
        Case(.silent, "for 3 h", .silent(since: now - 3 * 3_600_000_000)) { _ in },
        Case(.revoked, "shut out", .revoked) { $0.standing = .revoked },
        Case(.pending, "martlet approve web-1", .pending) { $0.standing = .pending },
        Case(.neverReported, "enrolled 30 d ago", .new) { _ in },
        Case(.held, "two agents; \"martlet split web-1\"") { $0.holdReason = "two agents" },
        Case(.restored, "a snapshot 2 h ago") { $0.restoredAt = now - 2 * 3_600_000_000 },
        Case(.certificateExpired, "expired 2 d ago") { $0.certificateNotAfter = now - 2 * day },
        Case(.certificateCloses, "expires in 13 d") { $0.certificateNotAfter = now + 13 * day },
        Case(.keepConnectionRefused, "was refused: full") { $0.refusedReason = "full" },
        Case(.addressFailed, "offers: no route") {
            $0.addressStatus = "failed"
            $0.addressError = "no route"
        },
        Case(.agentUnhealthy, "not well: disk full") {
            $0.healthy = false
            $0.healthError = "disk full"
        },
        Case(.configurationFailed, "declared for it: bad YAML") {
            $0.configurationStatus = "failed"
            $0.configurationError = "bad YAML"
        },
        Case(.entryFailed, "could not apply policies: no such path") {
            $0.entries = [
                EntryResult(entry: "policies", hash: [], status: "failed", reason: "no such path", reportedAt: 1),
                EntryResult(entry: "tasks", hash: [], status: "applied", reason: "", reportedAt: 1),
            ]
            $0.configurationStatus = "failed"
        },
    ]

    private func condition(
        presence: DevicePresence = .connected(since: 1), _ change: (inout DeviceConditionFacts) -> Void = { _ in }
    ) -> DeviceCondition {
        var facts = DeviceConditionFacts(name: "web-1", presence: presence, enrolledAt: Self.now - 30 * Self.day)
        change(&facts)
        return DeviceCondition(facts, now: Self.now)
    }

    private func state(
        _ instance: String, healthy: Bool, _ status: String, _ error: String = "", attributes: JSONValue = .object([:])
    ) -> ApplicationState {
        ApplicationState(
            application: "martlet.clamav", instance: instance, healthy: healthy, status: status, lastError: error,
            attributes: attributes, startedAt: nil, statusAt: nil, reportedAt: Self.now)
    }

    @Test("a device of which nothing bad is known is ok, connected, periodic or properly off")
    func ok() {
        for presence in [
            DevicePresence.periodic(next: Self.now), .connected(since: 1), .off(reason: "shutdown", since: 1),
        ] {
            let found = condition(presence: presence) {
                $0.healthy = true
                $0.applications = [state("", healthy: true, "running"), state("main", healthy: true, "running")]
                $0.certificateNotAfter = Self.now + 60 * Self.day
            }
            #expect(found == DeviceCondition(reasons: []) && found.level == .ok)
        }
    }

    @Test(
        "every fact that an operator has to see to is a reason with its code, its level and what to do",
        arguments: DeviceConditionTests.cases)
    func reasons(_ one: Case) {
        let found = condition(presence: one.presence, one.change)
        #expect(found.reasons.map(\.code) == [one.code])
        #expect(found.reasons.first?.text.contains(one.text) == true, "\(found.reasons)")
        #expect(found.level == one.code.level && found.level != .ok)
    }

    @Test("an application that failed, ails or is stopped is named with its instance, and the command that helps")
    func applications() {
        let failed = condition {
            $0.healthy = false
            $0.applications = [state("", healthy: false, "failed"), state("main", healthy: false, "failed", "exit 1")]
        }
        #expect(failed.level == .critical && failed.reasons.map(\.code) == [.applicationFailed])
        #expect(failed.reasons[0].text.hasPrefix("martlet.clamav#main is failed: exit 1; "))
        #expect(failed.reasons[0].text.contains("martlet app restart martlet.clamav --device web-1"))
        let ailing = condition { $0.applications = [state("", healthy: false, "degraded")] }
        #expect(ailing.level == .warning && ailing.reasons.map(\.code) == [.applicationUnhealthy])
        let stopped = condition { $0.applications = [state("main", healthy: true, "stopped")] }
        #expect(stopped.level == .warning && stopped.reasons.map(\.code) == [.applicationStopped])
        #expect(stopped.reasons[0].text.contains("martlet app start martlet.clamav --device web-1"))
    }

    @Test("a plugin that does not run is told instead of the state of its application that nobody knows")
    func plugin() {
        let found = condition {
            $0.healthy = false
            $0.applications = [
                state("", healthy: false, "unknown"), state("plugin-host", healthy: false, "crashed", "signal 11"),
            ]
        }
        #expect(found.reasons.map(\.code) == [.pluginFailed] && found.level == .critical)
        #expect(found.reasons[0].text.hasPrefix("the plugin of martlet.clamav is crashed: signal 11; "))
    }

    @Test("settings that are not in force are told beside what else the application says")
    func settings() {
        let found = condition {
            $0.applications = [
                state("", healthy: true, "running", attributes: ["settings.problem": "/scan/paths: expected a list"])
            ]
        }
        #expect(found.reasons.map(\.code) == [.settingsProblem])
        #expect(found.reasons[0].text.hasSuffix("/scan/paths: expected a list"))
    }

    @Test("an agent that is unwell without saying why is told, unless an application explains it")
    func unexplained() {
        #expect(condition { $0.healthy = false }.reasons.map(\.code) == [.agentUnhealthy])
        let stopped = condition {
            $0.healthy = false
            $0.applications = [state("main", healthy: true, "stopped")]
        }
        #expect(stopped.reasons.map(\.code) == [.agentUnhealthy, .applicationStopped])
    }

    @Test("a limit that is not passed is no reason")
    func limits() {
        func codes(
            _ presence: DevicePresence = .connected(since: 1), _ change: (inout DeviceConditionFacts) -> Void
        )
            -> [ConditionReason.Code]
        { condition(presence: presence, change).reasons.map(\.code) }
        #expect(codes(.new) { $0.enrolledAt = Self.now - DeviceCondition.firstReport } == [])
        #expect(codes(.new) { $0.enrolledAt = Self.now - DeviceCondition.firstReport - 1 } == [.neverReported])
        #expect(codes { $0.restoredAt = Self.now - DeviceCondition.restoredShown } == [.restored])
        #expect(codes { $0.restoredAt = Self.now - DeviceCondition.restoredShown - 1 } == [])
        #expect(codes { $0.certificateNotAfter = Self.now + DeviceCondition.certificateClose } == [])
        #expect(
            codes { $0.certificateNotAfter = Self.now + DeviceCondition.certificateClose - 1 } == [.certificateCloses])
        #expect(codes { $0.certificateNotAfter = Self.now } == [.certificateExpired])
        #expect(
            codes {
                $0.refusedReason = "full"; $0.refusedUntil = Self.now
            } == [])
    }

    @Test("a certificate of a short life is close to its end after five sixths of it")
    func shortLife() {
        func codes(left: Int64) -> [ConditionReason.Code] {
            condition {
                $0.certificateNotAfter = Self.now + left
                $0.certificateIssuedAt = Self.now + left - 6_000
            }.reasons.map(\.code)
        }
        #expect(codes(left: 1_000) == [] && codes(left: 999) == [.certificateCloses])
    }

    @Test("the worst comes first and gives the level")
    func order() {
        let found = condition(presence: .silent(since: 1)) {
            $0.restoredAt = Self.now
            $0.holdReason = "two agents"
        }
        #expect(found.level == .critical && found.reasons.map(\.code) == [.held, .silent, .restored])
    }

    @Test("the list and the device itself say the same, from what the device reported", .tags(.R02))
    func stored() async throws {
        try await TestServer.run { server in
            var sick = TestDevice(server, try await server.addDevice())
            let well = try await server.addDevice()
            try await sick.report()
            _ = try await sick.exchange { message, frame in
                message.health.healthy = false
                message.health.componentHealthMap["martlet.clamav"] = .with {
                    $0.healthy = false
                    $0.status = "degraded"
                    $0.lastError = "old signatures"
                }
                frame.applied = [
                    .with {
                        $0.entry = "policies"
                        $0.status = .failed
                        $0.reason = "no such path"
                    }
                ]
            }
            let page = try await server.queries.devices(page: PageRequest())
            let listed = try await server.queries.conditions(of: page.items)
            let shown = try await server.queries.device(sick.uid).condition
            #expect(shown.reasons.map(\.code) == [.entryFailed, .applicationUnhealthy])
            #expect(shown.reasons.last?.text.contains("old signatures") == true)
            #expect(listed[sick.uid] == shown && listed[well] == DeviceCondition(reasons: []) && listed.count == 2)
        }
    }

    /// One fact and the reason that it is.
    struct Case: Sendable, CustomTestStringConvertible {
        var code: ConditionReason.Code
        var text: String
        var presence: DevicePresence
        var change: @Sendable (inout DeviceConditionFacts) -> Void

        init(
            _ code: ConditionReason.Code, _ text: String, _ presence: DevicePresence = .connected(since: 1),
            _ change: @escaping @Sendable (inout DeviceConditionFacts) -> Void
        ) {
            self.code = code
            self.text = text
            self.presence = presence
            self.change = change
        }

        var testDescription: String { code.rawValue }
    }
}
