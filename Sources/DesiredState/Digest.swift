import DeviceCrypto

/// SHA-256.
package enum Digest {
    package static func sha256(_ bytes: [UInt8]) -> [UInt8] {
        var out = [UInt8](repeating: 0, count: Int(DC_SHA256_SIZE))
        // Fails only when libcrypto has no SHA-256 or no memory; nothing sensible can go on without it.
        precondition(dc_sha256(bytes, bytes.count, &out) == 0, "libcrypto has no SHA-256")
        return out
    }

    package static func hex(_ bytes: some Sequence<UInt8>) -> String {
        var text = ""
        for byte in bytes {
            let digits = String(byte, radix: 16)
            text += digits.count == 1 ? "0" + digits : digits
        }
        return text
    }
}
