internal import Synchronization

/// One plugin object behind the interface's opaque pointer: the vendor's plugin, its host and its runs.
final class PluginInstance: Sendable {
    let plugin: any ErasedPlugin
    let host: Host
    private let runs = Mutex<[[UInt8]: Task<Void, Never>]>([:])

    init(_ plugin: any ErasedPlugin, host: Host) {
        self.plugin = plugin
        self.host = host
    }

    func startRun(_ id: [UInt8], task name: String, parameters: [UInt8]) throws(PluginFailure) {
        guard let task = plugin.tasks.first(where: { $0.name == name }) else {
            throw PluginFailure(.notFound, "the plugin has no task \(name)")
        }
        runs.withLock { runs in
            runs[id] = Task { [self] in
                await perform(task, TaskRun(id: id, host: host), parameters)
                _ = self.runs.withLock { $0.removeValue(forKey: id) }
            }
        }
    }

    func cancelRun(_ id: [UInt8]) { runs.withLock { $0[id]?.cancel() } }

    func deactivate() async {
        let open = runs.withLock { Array($0.values) }
        for run in open { run.cancel() }
        for run in open { await run.value }
        await plugin.deactivate()
    }

    private func perform(_ task: PluginTask, _ run: TaskRun, _ parameters: [UInt8]) async {
        do {
            let result = try await task.body(parameters, run)
            host.finish(run.id, nil, result: result)
        } catch {
            let failure = Task.isCancelled ? PluginFailure(.cancelled, "cancelled") : PluginFailure(error)
            host.finish(run.id, failure, result: [])
        }
    }
}
