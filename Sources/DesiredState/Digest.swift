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

    /// nil for anything but pairs of hexadecimal digits.
    package static func bytes(hex: String) -> [UInt8]? {
        let digits = hex.compactMap(\.hexDigitValue)
        guard digits.count == hex.utf8.count, digits.count.isMultiple(of: 2) else { return nil }
        return stride(from: 0, to: digits.count, by: 2).map { UInt8(digits[$0] << 4 | digits[$0 + 1]) }
    }
}
