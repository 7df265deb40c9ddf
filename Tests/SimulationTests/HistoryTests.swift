import Foundation
import Simulation
import Testing

/// Ten thousand devices' histories under faults, or, with MARTLET_SOAK=1, a hundred thousand of a day each.
@Suite(.tags(.R15, .R16)) struct HistoryTests {
    static let isSoak = ProcessInfo.processInfo.environment["MARTLET_SOAK"] == "1"
    static let devices = isSoak ? 25_000 : 2_500
    static let troubled: Int64 = (isSoak ? 24 : 1) * 3_600_000_000

    @Test(arguments: [1, 10_001, 20_001, 30_001] as [UInt64])
    func `every invariant holds in every history`(_ seed: UInt64) async throws {
        let report = try await Campaign(seed: seed, devices: Self.devices, troubled: Self.troubled).run()
        if let violation = report.violation { Issue.record("\(violation)") }
        #expect(report.devices == Self.devices)
        // A simulation in which nothing happens proves nothing.
        #expect(report.events > report.devices)
        let pace = report.deviceDays / report.processorSeconds
        print(
            "\(report.devices) histories from seed \(seed): \(report.events) events, \(report.lines) lines, "
                + String(format: "%.2f device-days per CPU-second (other tests' CPU included)", pace))
    }
}
