/// How much devices may leave at the server: `artifacts` in `server.yaml`. Bytes.
package struct ArtifactLimits: Sendable, Hashable {
    package static let usualPerArtifact: Int64 = 64 << 20
    package static let usualPerDevice: Int64 = 512 << 20

    package var perArtifact = usualPerArtifact
    /// Of one device, kept and under way.
    package var perDevice = usualPerDevice

    package init() {}
}
