import DurableFiles

/// Actions carried out by this process, with its privileges.
package struct LocalHostActions: HostActions {
    private let services: any ServiceController
    private let storage: PluginStorage
    private let secrets: any SecretSource
    private let artifacts: ArtifactSpool

    /// Values of plugins are kept in `dataDirectory`/plugins/ID/storage.
    package init(
        services: any ServiceController, dataDirectory: String, artifacts: ArtifactSpool,
        secrets: any SecretSource = NoSecrets()
    ) {
        self.services = services
        self.artifacts = artifacts
        self.secrets = secrets
        storage = PluginStorage(dataDirectory: dataDirectory)
    }

    package func service(_ request: ServiceRequest, for plugin: String) async -> HostActionResult {
        do {
            try await services.perform(request.action, on: request.unit, deadline: request.deadline)
            return .done
        } catch {
            return Self.result(error)
        }
    }

    package func state(ofUnit unit: String, deadline: Duration, for plugin: String) async -> HostActionResult {
        do {
            return HostActionResult(.done, document: try await services.state(of: unit, deadline: deadline).document)
        } catch {
            return Self.result(error)
        }
    }

    private static func result(_ error: ServiceError) -> HostActionResult {
        HostActionResult(error.isTimeout ? .deadlineExceeded : .failed, message: error.message)
    }

    package func write(_ request: FileRequest, for plugin: String) async -> HostActionResult {
        do {
            try FileBytes.replace(request.path, with: request.content, mode: request.mode)
            return .done
        } catch {
            return HostActionResult(.failed, message: "\(error)")
        }
    }

    package func append(_ piece: ArtifactPiece) async -> HostActionResult { await artifacts.append(piece) }

    package func finish(artifact name: String, of run: [UInt8]) async -> HostActionResult {
        await artifacts.finish(run: run, name: name)
    }

    package func runEnded(_ run: [UInt8]) async { await artifacts.runEnded(run) }

    package func stored(_ key: String, for plugin: String) async -> HostActionResult {
        await storage.value(key, of: plugin)
    }

    package func store(_ value: [UInt8], under key: String, for plugin: String) async -> HostActionResult {
        await storage.store(value, under: key, of: plugin)
    }

    package func secret(_ name: String, for plugin: String) async -> HostActionResult {
        await secrets.secret(name, of: plugin)
    }
}
