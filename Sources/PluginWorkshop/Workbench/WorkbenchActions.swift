internal import AgentPlugins
internal import DesiredState

/// What a plugin asks for on the workbench: told, and carried out for real only when the vendor wants that. Else files are
/// written below `files` of the data directory.
struct WorkbenchActions: HostActions {
    private let actions: LocalHostActions
    private let files: String?
    private let tell: @Sendable (WorkbenchNews) -> Void

    init(_ options: WorkbenchOptions, tell: @escaping @Sendable (WorkbenchNews) -> Void) {
        let services: any ServiceController = options.isReal ? SystemdServices() : ToldServices()
        actions = LocalHostActions(
            services: services, dataDirectory: options.dataDirectory,
            artifacts: ArtifactSpool(dataDirectory: options.dataDirectory, finished: {}),
            secrets: FileSecrets(files: options.secrets))
        files = options.isReal ? nil : "\(options.dataDirectory)/files"
        self.tell = tell
    }

    func service(_ request: ServiceRequest, for plugin: String) async -> HostActionResult {
        let result = await actions.service(request, for: plugin)
        let isOnlyTold = files != nil
        return told("\(request.action) \(request.unit)\(isOnlyTold ? " (not done)" : "")", result)
    }

    func state(ofUnit unit: String, deadline: Duration, for plugin: String) async -> HostActionResult {
        await actions.state(ofUnit: unit, deadline: deadline, for: plugin)
    }

    func write(_ request: FileRequest, for plugin: String) async -> HostActionResult {
        var request = request
        let wanted = request.path
        if let files { request.path = files + wanted }
        if let files, let problem = WorkbenchFolder.make(above: request.path, below: files) {
            return HostActionResult(.failed, message: problem)
        }
        let place = files == nil ? "" : " (in \(request.path))"
        return told(
            "write \(request.content.count) bytes to \(wanted)\(place)", await actions.write(request, for: plugin))
    }

    func append(_ piece: ArtifactPiece) async -> HostActionResult { await actions.append(piece) }

    func finish(artifact name: String, of run: [UInt8]) async -> HostActionResult {
        told("artifact \(name)", await actions.finish(artifact: name, of: run))
    }

    func runEnded(_ run: [UInt8]) async { await actions.runEnded(run) }

    func stored(_ key: String, for plugin: String) async -> HostActionResult { await actions.stored(key, for: plugin) }

    func store(_ value: [UInt8], under key: String, for plugin: String) async -> HostActionResult {
        told("store \(value.count) bytes under \(key)", await actions.store(value, under: key, for: plugin))
    }

    /// The value itself is never told.
    func secret(_ name: String, for plugin: String) async -> HostActionResult {
        told("secret \(name)", await actions.secret(name, for: plugin))
    }

    private func told(_ what: String, _ result: HostActionResult) -> HostActionResult {
        let isDone = result.status == .done
        let text = isDone ? what : "\(what): \(result.message)"
        tell(
            WorkbenchNews(
                .action, text, ["action": .string(what), "done": .bool(isDone), "message": .string(result.message)]))
        return result
    }
}
