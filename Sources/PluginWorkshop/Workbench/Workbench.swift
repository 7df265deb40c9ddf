internal import AgentPlugins
package import DesiredState
internal import DurableFiles
internal import Logging
internal import PluginPackage

/// One plugin under the real supervision and a real host, without a server: what a vendor tries it on.
package actor Workbench {
    private let options: WorkbenchOptions
    private let tell: @Sendable (WorkbenchNews) -> Void
    private let delegate: WorkbenchDelegate
    private var manager: PluginManager?
    private var manifest: PluginManifest?
    private var underWay: Set<[UInt8]> = []
    private var waiters: [AsyncStream<Void>.Continuation] = []
    private var last: WorkbenchNews?

    /// `tell` is called for all that happens, from any thread.
    package init(_ options: WorkbenchOptions, tell: @escaping @Sendable (WorkbenchNews) -> Void) {
        self.options = options
        self.tell = tell
        delegate = WorkbenchDelegate(tell: tell)
    }

    package var tasks: [String] { manifest?.tasks.map(\.name) ?? [] }

    /// Takes the plugin as it is in its folder now and starts its process. Returns when it runs; throws, with what the
    /// plugin or its host said, when it does not come up. Call it again after `stop`.
    package func start() async throws {
        let file = "\(options.folder)/plugin.yaml"
        guard let bytes = try FileBytes.read(file) else { throw WorkshopError("\(file) is missing") }
        let manifest = try PluginManifest(yaml: bytes, file: file)
        self.manifest = manifest
        try WorkbenchFolder.install(
            options.folder, id: manifest.id, library: manifest.library, dataDirectory: options.dataDirectory)
        let manager = PluginManager(configuration: configuration, delegate: delegate, logger: logger)
        self.manager = manager
        listen()
        await manager.start()
        if let problem = await manager.problems.first { throw WorkshopError("\(problem)") }
        try await waitUntilStarted(manager)
    }

    /// None of its processes is left when this returns.
    package func stop() async {
        await manager?.shutdown()
        manager = nil
    }

    package func state() async -> WorkbenchNews? { await report.map(WorkbenchText.state) }

    package func statistics() async -> WorkbenchNews? {
        guard let manager else { return nil }
        return WorkbenchText.statistics(await manager.statistics())
    }

    /// As the plugin reads them back.
    package func settings() async -> WorkbenchNews? {
        guard let manager, let id = manifest?.id, let inForce = await manager.settingsInForce(of: id) else {
            return nil
        }
        return WorkbenchNews(.settings, CanonicalJSON.text(inForce), ["settings": inForce])
    }

    /// Applies settings with the manifest's defaults beneath, checked as an agent checks them.
    package func apply(_ settings: JSONValue) async throws {
        let (manager, manifest) = try running()
        if case .failed(let problem) = await manager.apply(settings, to: manifest.id) {
            throw WorkshopError(problem.pointer.isEmpty ? problem.reason : "\(problem.pointer): \(problem.reason)")
        }
    }

    /// `start`, `stop` or `restart`; returns when the application is so.
    package func control(_ word: String) async throws {
        let (manager, manifest) = try running()
        guard let action = ControlAction.allCases.first(where: { "\($0)" == word }) else {
            throw WorkshopError("expected start, stop or restart, got \(word)")
        }
        try Self.succeeded(await manager.control(manifest.id, instance: nil, action))
    }

    /// Begins a run; its news are told.
    package func begin(_ task: String, _ parameters: JSONValue) async throws -> [UInt8] {
        let (manager, manifest) = try running()
        guard manifest.task(task) != nil else {
            throw WorkshopError("\(task): expected a task of the manifest (\(tasks.joined(separator: ", ")))")
        }
        let run = (0..<16).map { _ in UInt8.random(in: 0...255) }
        delegate.expect(run)
        let outcome = await manager.startTask(
            runID: run, application: manifest.id, task: task, parameters: CanonicalJSON.encode(parameters))
        do { try Self.succeeded(outcome) } catch {
            delegate.forget(run)
            throw error
        }
        underWay.insert(run)
        return run
    }

    /// Runs a task to its end; whether it succeeded.
    package func run(_ task: String, _ parameters: JSONValue) async throws -> Bool {
        let run = try await begin(task, parameters)
        defer { delegate.forget(run) }
        let end = await until { await self.ended(run) }
        return end.state == .succeeded
    }

    /// Asks every run to end.
    package func cancelRuns() async throws {
        let (manager, manifest) = try running()
        for run in underWay where delegate.end(of: run) == nil {
            _ = await manager.cancelTask(runID: run, application: manifest.id)
        }
    }

    private func ended(_ run: [UInt8]) -> PluginRunUpdate? {
        let end = delegate.end(of: run)
        if end != nil { underWay.remove(run) }
        return end
    }

    private func running() throws -> (PluginManager, PluginManifest) {
        guard let manager, let manifest else { throw WorkshopError("the plugin was not started") }
        return (manager, manifest)
    }

    private static func succeeded(_ outcome: CallOutcome) throws {
        if case .failed(let reason, _) = outcome { throw WorkshopError(reason) }
    }

    private var report: ApplicationReport? {
        get async { await manager?.applications().first }
    }

    private func waitUntilStarted(_ manager: PluginManager) async throws {
        let health = await until {
            let health = await manager.applications().first?.health
            return health.flatMap { [.starting, .stopped].contains($0.state) ? nil : $0 }
        }
        guard health.state == .running else {
            throw WorkshopError(health.lastError ?? "the plugin's process did not come up")
        }
    }

    // Waiting

    private var isListening = false

    private func listen() {
        guard !isListening else { return }
        isListening = true
        Task { [weak self, delegate] in
            for await _ in delegate.changes { await self?.changed() }
        }
    }

    /// Tells the state when it looks new, and has those who wait look again.
    private func changed() async {
        if let state = await state(), state != last {
            last = state
            tell(state)
        }
        for waiter in waiters { waiter.yield() }
    }

    /// Looks now and after every change.
    private func until<Found: Sendable>(_ look: @escaping @Sendable () async -> Found?) async -> Found {
        let (stream, continuation) = AsyncStream.makeStream(of: Void.self, bufferingPolicy: .bufferingNewest(1))
        waiters.append(continuation)
        continuation.yield()
        defer { continuation.finish() }
        for await _ in stream { if let found = await look() { return found } }
        preconditionFailure("the stream has no end")
    }

    private var configuration: PluginManagerConfiguration {
        var configuration = PluginManagerConfiguration(
            pluginsDirectory: "\(options.dataDirectory)/plugins", hostExecutable: options.host,
            dataDirectory: options.dataDirectory, actions: WorkbenchActions(options, tell: tell))
        // Groups of an agent that runs here are not ours to sweep.
        configuration.controlGroup = nil
        return configuration
    }

    private var logger: Logger {
        let tell = tell
        return Logger(label: "plugin") { _ in WorkbenchLog(tell: tell) }
    }
}
