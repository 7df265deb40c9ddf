/// What the agent does for plugins, so that they need no privilege. Requests were checked against the manifest.
package protocol HostActions: Sendable {
    func service(_ request: ServiceRequest, for plugin: String) async -> HostActionResult
    /// The document is a `UnitState`.
    func state(ofUnit unit: String, deadline: Duration, for plugin: String) async -> HostActionResult
    func write(_ request: FileRequest, for plugin: String) async -> HostActionResult
    /// Durable, and on its way to the server, only after `finish`.
    func append(_ piece: ArtifactPiece) async -> HostActionResult
    func finish(artifact name: String, of run: [UInt8]) async -> HostActionResult
    /// What the run has not finished is dropped.
    func runEnded(_ run: [UInt8]) async
    func stored(_ key: String, for plugin: String) async -> HostActionResult
    /// Durable when it returns; an empty value removes the key.
    func store(_ value: [UInt8], under key: String, for plugin: String) async -> HostActionResult
    /// The value that an operator gave a secret of this plugin.
    func secret(_ name: String, for plugin: String) async -> HostActionResult
}
