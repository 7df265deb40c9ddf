import ArgumentParser
import DesiredState
import Foundation

@main
struct CompileBench: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "martlet-bench-compile",
        abstract: "What it costs to bring a change of policy into the documents of a whole fleet.",
        discussion: """
            A server's middle on a real store in a temporary folder; no network. Each figure is the median of --runs runs, \
            beside what the same machine needs in the same minute for the work that cannot be left out.

            EXAMPLES:
              martlet-bench-compile
              martlet-bench-compile --devices 10000 --runs 3 --json compile.json
            """,
        version: "1")

    @Option(help: "Devices, spread evenly over the groups.") var devices = 100_000
    @Option(help: "Groups, in a tree of which each has ten below it.") var groups = 1_000
    @Option(help: "Policies: half of them from the root down, half in the groups at the end of the tree.")
    var policies = 200
    @Option(help: "Runs of which the median is printed.") var runs = 5
    @Option(help: "Folder of the plugins whose manifests are used.") var plugins = "Plugins"
    @Option(help: "File that gets the figures as JSON.") var json: String?

    func validate() throws {
        guard devices > 0, groups > 10, policies > 1, runs > 0 else {
            throw ValidationError("expected at least 1 device, 11 groups, 2 policies and 1 run")
        }
        guard policies <= groups * 2 else {
            throw ValidationError("--policies: expected at most \(groups * 2), two for each group")
        }
    }

    func run() async throws {
        let fleet = try await BenchFleet(devices: devices, groups: groups, policies: policies, plugins: plugins)
        let result: Result<BenchReport, any Error>
        do { result = .success(try await measure(fleet)) } catch { result = .failure(error) }
        await fleet.close()
        let report = try result.get()
        print(report.table)
        if let json { try Data(CanonicalJSON.encode(report.json)).write(to: URL(fileURLWithPath: json)) }
    }

    private func measure(_ fleet: BenchFleet) async throws -> BenchReport {
        var report = BenchReport(devices: devices, groups: groups, policies: policies, runs: runs)
        try await fleet.declare()
        let empty = try await fleet.databaseBytes()
        try await fleet.addDevices()
        let added = try await fleet.databaseBytes()
        try await fleet.addOwnSettings()
        report.add(
            try await BenchMeasure.median(
                "first compile of every device", runs, prepare: { try await fleet.forgetDocuments() },
                { try await fleet.refresh() }))
        let compiled = try await fleet.databaseBytes()
        report.add(
            try await BenchMeasure.median("policy changed at the root", runs) { run in
                try await fleet.changePolicy(of: 0, to: run)
            })
        report.add(
            try await BenchMeasure.median("policy changed at a leaf", runs) { run in
                try await fleet.changePolicy(of: groups - 1, to: run)
            })
        report.add(
            try await BenchMeasure.median("settings of one device changed", runs) { run in
                try await fleet.changeSettings(to: run)
            })
        report.add(
            try await BenchMeasure.median("one device enrolled", runs) { _ in try await fleet.enroll() })
        try await fleet.report()
        report.add(
            try await BenchMeasure.median("every policy and task: how many devices have it", runs) { _ in
                try await fleet.countEverything()
            })
        report.add(
            try await BenchMeasure.median("a policy at the root: 100 devices that failed", runs) { _ in
                try await fleet.listFailed()
            })
        try await addLimits(to: &report, fleet)
        report.bytesPerDevice = (
            device: (added - empty) / Int64(devices), document: (compiled - added) / Int64(devices)
        )
        return report
    }

    private func addLimits(to report: inout BenchReport, _ fleet: BenchFleet) async throws {
        let documents = try await fleet.documents()
        report.documents = documents.count
        report.documentBytes = documents.reduce(0) { $0 + $1.bytes } / max(documents.count, 1)
        report.add(
            try await BenchMeasure.median("limit: encode and hash each different document once", runs) { _ in
                BenchMeasure.hash(documents.map { ($0.entries, 1) })
            })
        report.add(
            try await BenchMeasure.median("limit: encode and hash a document for every device", runs) { _ in
                BenchMeasure.hash(documents.map { ($0.entries, $0.devices) })
            })
        report.add(
            try await BenchMeasure.median("limit: one SQLite update of every device", runs) { run in
                try await fleet.updateEveryRow(to: run)
            })
    }
}
