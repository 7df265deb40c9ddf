import DeviceProtocol
import FoundationEssentials
import OpAMP
import Testing

@testable import AgentCore

@Suite struct ReportLedgerTests {
    private static func report(status: String = "running", entries: [String] = []) throws -> StateReport {
        var health = OpAMPComponentHealth()
        for name in ["a", "b", "c", "d"] { health.componentHealthMap[name] = OpAMPComponentHealth() }
        health.status = status
        return try StateReport(
            description: OpAMPAgentDescription(), health: health, effectiveConfig: OpAMPEffectiveConfig(),
            configStatus: OpAMPRemoteConfigStatus(),
            applied: entries.map { EntryOutcome(entry: $0, hash: [1], status: .applied, time: 1).wire })
    }

    @Test func `the same state has the same digest, however its maps are ordered in memory`() throws {
        let digests = try (0..<50).map { _ in try Self.report().total }
        #expect(Set(digests).count == 1)
    }

    @Test func `digests taken over from a former report are those that it would have`() throws {
        let reports = [
            try Self.report(), try Self.report(status: "stopped"), try Self.report(entries: ["x"]),
            try Self.report(status: "stopped", entries: ["x", "y"]),
        ]
        for former in reports {
            for report in reports {
                let same = try StateReport(
                    description: report.description, health: report.health, effectiveConfig: report.effectiveConfig,
                    configStatus: report.configStatus, applied: report.applied, former: former)
                #expect(same.digests == report.digests)
                #expect(same.total == report.total)
            }
        }
    }

    @Test func `nothing acknowledged means a full report without a base`() throws {
        let ledger = ReportLedger(acknowledged: [])
        let (parts, base) = ledger.selection(for: try Self.report())
        #expect(parts == Set(StatePart.allCases))
        #expect(base == nil)
    }

    @Test func `after a restart the same state needs no report`() throws {
        let ledger = ReportLedger(acknowledged: try Self.report().total)
        #expect(ledger.selection(for: try Self.report()).parts.isEmpty)
        #expect(ledger.selection(for: try Self.report(status: "x")).parts == Set(StatePart.allCases))
    }

    @Test func `only what changed is told, on the base that was acknowledged`() throws {
        var ledger = ReportLedger(acknowledged: [])
        let before = try Self.report(entries: ["x"])
        ledger.acknowledge(before)
        let (parts, base) = ledger.selection(for: try Self.report(status: "stopped", entries: ["x"]))
        #expect(parts == [.health])
        #expect(base == before.total)
    }

    @Test func `an entry that is gone is told by a full report`() throws {
        var ledger = ReportLedger(acknowledged: [])
        ledger.acknowledge(try Self.report(entries: ["x", "y"]))
        let (parts, base) = ledger.selection(for: try Self.report(entries: ["x"]))
        #expect(parts == Set(StatePart.allCases))
        #expect(base == nil)
    }
}
