package import DeviceProtocol

/// A part of an artifact as a device sends it.
package struct ArtifactPiece: Sendable {
    package var run: RunID
    package var name: String
    package var offset: Int64
    /// Of the whole.
    package var length: Int64
    /// SHA-256 of the whole.
    package var digest: [UInt8]
    package var bytes: [UInt8]

    package init(run: RunID, name: String, offset: Int64, length: Int64, digest: [UInt8], bytes: [UInt8]) {
        self.run = run
        self.name = name
        self.offset = offset
        self.length = length
        self.digest = digest
        self.bytes = bytes
    }
}

/// How far the server is with an artifact.
package struct ArtifactProgress: Sendable, Hashable {
    /// Bytes received.
    package var offset: Int64
    /// Whether the whole is stored and checked.
    package var isComplete: Bool

    package init(offset: Int64, isComplete: Bool) {
        self.offset = offset
        self.isComplete = isComplete
    }
}
