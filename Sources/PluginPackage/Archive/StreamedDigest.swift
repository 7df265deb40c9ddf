internal import DeviceCrypto

/// SHA-256 of what comes piece by piece.
package struct StreamedDigest: ~Copyable {
    private var context: OpaquePointer?

    package init() { context = dc_digest_create() }

    package mutating func add(_ bytes: [UInt8]) {
        if let context { _ = dc_digest_add(context, bytes, bytes.count) }
    }

    /// Once. Empty when libcrypto had no memory; that equals no digest.
    package mutating func finish() -> [UInt8] {
        var out = [UInt8](repeating: 0, count: Int(DC_SHA256_SIZE))
        let context = context
        self.context = nil
        guard let context, dc_digest_finish(context, &out) == 0 else { return [] }
        return out
    }

    deinit {
        var unused = [UInt8](repeating: 0, count: Int(DC_SHA256_SIZE))
        if let context { _ = dc_digest_finish(context, &unused) }
    }
}
