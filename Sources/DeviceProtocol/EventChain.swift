import DeviceCrypto

/// The running digest of an event stream: each event's covers all its predecessors as appended, dropped ones included,
/// so that two histories that once parted never look alike again.
package struct EventChain: Sendable, Hashable {
    package static let digestSize = 8

    /// Digest through the last appended event; empty before the first.
    package private(set) var digest: [UInt8]

    package init(digest: [UInt8] = []) { self.digest = digest }

    /// Digest of the event `number` with id `id` after what the chain covers.
    package mutating func append(number: UInt64, id: [UInt8]) -> [UInt8] {
        var input = digest
        input += withUnsafeBytes(of: number.bigEndian) { Array($0) }
        input += id
        var out = [UInt8](repeating: 0, count: Int(DC_SHA256_SIZE))
        precondition(dc_sha256(input, input.count, &out) == 0, "libcrypto has no SHA-256")
        digest = Array(out.prefix(Self.digestSize))
        return digest
    }
}
