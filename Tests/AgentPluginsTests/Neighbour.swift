import AgentPlugins
import DurableFiles
import PluginTestBench

/// Another plugin under the same manager, to which nothing may happen.
struct Neighbour: Sendable {
    static let id = "martlet.linux"
    let pid: Int32

    /// Installs it beside the bench's plugin, before the manager starts.
    static func install(beside bench: PluginBench) throws {
        let folder = "\(bench.directory.path)/plugins/\(id)"
        try FileBytes.makeDirectory(folder)
        for (from, to) in [
            ("\(Built.sources)/Plugins/Linux/plugin.yaml", "plugin.yaml"), (Built.library("linux"), "plugin.so"),
        ] {
            try FileBytes.replace("\(folder)/\(to)", with: try PluginBench.read(from), mode: 0o644)
        }
    }

    /// Waits until it runs.
    static func meet(_ bench: PluginBench) async throws -> Neighbour {
        try await bench.recorder.wait("the neighbour runs") { _ in await report(bench)?.health.state == .running }
        guard let pid = await report(bench)?.health.pid else { throw Failure("the neighbour has no process") }
        return Neighbour(pid: pid)
    }

    /// It runs in the same process as before and answers.
    func isWell(_ bench: PluginBench) async -> Bool {
        let figures = await bench.manager.statistics().contains { $0.application == Self.id }
        let report = await Self.report(bench)
        return figures && report?.health.state == .running && report?.health.pid == pid && report?.health.restarts == 0
    }

    private static func report(_ bench: PluginBench) async -> ApplicationReport? {
        await bench.manager.applications().first { $0.plugin == id }
    }
}
