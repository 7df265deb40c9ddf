/// What artifacts may take of the device's disk until the server has them. Bytes. The server has limits of its own.
package struct ArtifactSpoolLimits: Sendable, Hashable {
    package var perArtifact: Int64 = 256 << 20
    package var perDevice: Int64 = 512 << 20

    package init() {}
}
