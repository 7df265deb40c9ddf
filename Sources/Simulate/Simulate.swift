import ArgumentParser
import Foundation
import Simulation

@main
struct Simulate: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "martlet-simulate",
        abstract: "Lets fleets of devices live in virtual time, under faults, and watches what must always hold.",
        discussion: """
            Everything follows from the seed: the same arguments give the same history. Devices live in fleets of \
            \(Campaign.fleetSize); fleet N has the seed plus N, so a failing one is had again alone.

            EXAMPLES:
              martlet-simulate --seed 1 --devices 10000
              martlet-simulate --seed 1 --devices 100000 --hours 24
              martlet-simulate --seed 4711 --devices 100          (one fleet, as a failure printed it)
            """,
        version: "1")

    @Option(help: "Seed of the first fleet.") var seed: UInt64 = 1
    @Option(help: "Devices in all.") var devices = 1_000
    @Option(help: "Virtual hours with faults; a calm follows in which everything must come right.") var hours = 1.0
    @Option(help: "Lines of its trace that a broken device shows.") var lines = 60
    @Flag(help: "Print each fleet's hash and verdict.") var each = false
    @Flag(help: "Go on after a broken invariant, with one line for each.") var keepGoing = false

    func validate() throws {
        guard devices > 0 else { throw ValidationError("--devices: expected 1 or more, got \(devices)") }
        guard hours > 0, hours <= 24 * 366 else {
            throw ValidationError("--hours: expected more than 0 and at most a year, got \(hours)")
        }
    }

    func run() async throws {
        var campaign = Campaign(seed: seed, devices: devices, troubled: Int64(hours * 3_600_000_000))
        campaign.traceLines = lines
        var broken = 0
        if keepGoing || each {
            for number in 0..<campaign.fleets {
                let report = try await campaign.fleet(number).run()
                let verdict = report.violation.map { "\($0.invariant.rawValue) \($0.text)" } ?? "holds"
                if report.violation != nil { broken += 1 }
                print("seed \(report.seed): \(String(report.traceHash, radix: 16)) \(report.lines) lines, \(verdict)")
                if report.violation != nil, !keepGoing { break }
            }
            if broken > 0 { throw ExitCode(1) }
            return
        }
        let report = try await campaign.run { report in
            say("\(report.fleets) of \(campaign.fleets) fleets, \(report.devices) devices")
        }
        if let violation = report.violation {
            say("\(violation)")
            say("again: martlet-simulate --seed \(violation.seed) --devices \(Campaign.fleetSize) --hours \(hours)")
            throw ExitCode(1)
        }
        let pace = report.processorSeconds > 0 ? report.deviceDays / report.processorSeconds : 0
        print(
            "\(report.devices) devices in \(report.fleets) fleets, \(report.events) events: all invariants hold; "
                + "hash \(String(report.hash, radix: 16))")
        print(
            String(
                format: "%.1f device-days in %.1f CPU-seconds: %.2f device-days per CPU-second",
                report.deviceDays, report.processorSeconds, pace))
    }

    private func say(_ text: String) { FileHandle.standardError.write(Data((text + "\n").utf8)) }
}
