internal import AgentPlugins
internal import DurableFiles

/// Secrets from files that the vendor names.
struct FileSecrets: SecretSource {
    static let sizeLimit = 16384

    /// Paths by name.
    let files: [String: String]

    func secret(_ name: String, of plugin: String) async -> HostActionResult {
        guard let path = files[name] else {
            return HostActionResult(.notFound, message: "the workbench was given no secret \(name)")
        }
        do throws(SystemError) {
            guard let bytes = try FileBytes.read(path, limit: Self.sizeLimit) else {
                return HostActionResult(.notFound, message: "\(path) is missing")
            }
            return HostActionResult(.done, document: bytes)
        } catch {
            return HostActionResult(.failed, message: "\(error)")
        }
    }
}
