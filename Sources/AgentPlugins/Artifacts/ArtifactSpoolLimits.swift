/// What artifacts may take of the device's disk until the server has them. The server has limits of its own.
package struct ArtifactSpoolLimits: Sendable, Hashable {
    /// Bytes.
    package var perArtifact: Int64 = 256 << 20
    /// Bytes.
    package var perDevice: Int64 = 512 << 20
    /// Artifacts of one run, as at the server.
    package var perRun = 16
    /// Artifacts of all runs.
    package var artifacts = 256

    package init() {}
}
