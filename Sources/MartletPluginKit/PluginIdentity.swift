/// Who a plugin is. The id is that of its manifest.
public struct PluginIdentity: Sendable, Hashable {
    public let id: String
    public let name: String
    public let version: String

    public init(id: String, name: String, version: String) {
        self.id = id
        self.name = name
        self.version = version
    }
}
