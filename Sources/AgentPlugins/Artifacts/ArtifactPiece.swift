/// A part of something large that a run makes, checked.
package struct ArtifactPiece: Sendable, Hashable {
    /// 16 octets.
    package var run: [UInt8]
    package var name: String
    /// Where it begins; 0 begins anew.
    package var offset: Int64
    package var bytes: [UInt8]

    package init(run: [UInt8], name: String, offset: Int64, bytes: [UInt8]) {
        self.run = run
        self.name = name
        self.offset = offset
        self.bytes = bytes
    }
}
