/// Many fleets, one after the other, each from a seed of its own.
package struct Campaign: Sendable {
    /// Devices of one fleet: enough to meet at the server, few enough to replay in a moment.
    package static let fleetSize = 100

    package let seed: UInt64
    package let devices: Int
    package let troubled: Int64
    package var traceLines = 60

    /// `troubled` is the virtual time with faults of each fleet, in µs.
    package init(seed: UInt64, devices: Int, troubled: Int64) {
        self.seed = seed
        self.devices = devices
        self.troubled = troubled
    }

    package var fleets: Int { (devices + Self.fleetSize - 1) / Self.fleetSize }

    /// The fleet `number`, from 0. Its seed is what replays it: `seed` plus its number.
    package func fleet(_ number: Int, sabotage: any Sabotage = Faithful()) -> Fleet {
        let seed = seed &+ UInt64(number)
        let size = min(Self.fleetSize, devices - number * Self.fleetSize)
        return Fleet(
            seed: seed, plan: Plan(seed: seed, devices: size, troubled: troubled), sabotage: sabotage,
            traceLines: traceLines)
    }

    /// Runs all of them, or until one breaks an invariant. `progress` is called after each.
    package func run(progress: (CampaignReport) -> Void = { _ in }) async throws -> CampaignReport {
        var report = CampaignReport()
        let begun = ProcessorTime.now
        for number in 0..<fleets {
            report.add(try await fleet(number).run())
            report.processorSeconds = Double(ProcessorTime.now - begun) / 1_000_000
            progress(report)
            if report.violation != nil { break }
        }
        return report
    }
}
