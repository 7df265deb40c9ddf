internal import DesiredState
internal import DurableFiles

/// The settings last applied, kept over restarts of plugin, agent and device.
struct AppliedSettings: Sendable {
    private let folder: String

    init(dataDirectory: String, plugin: String) { folder = "\(dataDirectory)/plugins/\(plugin)" }

    private var file: String { "\(folder)/applied.json" }

    /// Nil when none were applied, or what is there cannot be read.
    func load() -> JSONValue? {
        guard let bytes = (try? FileBytes.read(file, limit: JSONValue.maximumDocumentBytes)).flatMap({ $0 }) else {
            return nil
        }
        return try? JSONValue(parsing: bytes)
    }

    func save(_ settings: JSONValue) throws(SystemError) {
        try FileBytes.makeDirectory(folder)
        try FileBytes.replace(file, with: CanonicalJSON.encode(settings), mode: 0o600)
    }
}
