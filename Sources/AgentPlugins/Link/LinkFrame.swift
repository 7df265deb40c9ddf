internal import PluginLink

/// One frame on the link to a host, with access to the fields of its payload.
package struct LinkFrame: Sendable, Hashable {
    package var type: Int
    package var correlation: UInt64
    package var payload: [UInt8]

    package init(_ type: Int, correlation: UInt64 = 0, _ fields: LinkFields = LinkFields()) {
        self.type = type
        self.correlation = correlation
        payload = fields.bytes
    }

    package init(type: Int, correlation: UInt64, payload: [UInt8]) {
        self.type = type
        self.correlation = correlation
        self.payload = payload
    }

    /// The field's octets; empty when there is none.
    package func bytes(_ tag: Int) -> [UInt8] {
        payload.withUnsafeBufferPointer { buffer in
            let field = pl_find(buffer.baseAddress, buffer.count, UInt16(truncatingIfNeeded: tag))
            return Array(UnsafeBufferPointer(start: field.value, count: field.length))
        }
    }

    /// The field as text, with what is not UTF-8 replaced.
    package func text(_ tag: Int) -> String { String(decoding: bytes(tag), as: UTF8.self) }

    package func number(_ tag: Int) -> Int64? {
        payload.withUnsafeBufferPointer { buffer in
            let tag = UInt16(truncatingIfNeeded: tag)
            guard pl_find(buffer.baseAddress, buffer.count, tag).length == 8 else { return nil }
            return Int64(bitPattern: pl_find_number(buffer.baseAddress, buffer.count, tag, 0))
        }
    }

    /// Header and payload, as they go out.
    var encoded: [UInt8] {
        var header = pl_header(
            length: UInt32(payload.count), type: UInt16(truncatingIfNeeded: type), flags: 0, correlation: correlation)
        return [UInt8](unsafeUninitializedCapacity: Int(PL_HEADER_SIZE) + payload.count) { buffer, count in
            guard let base = buffer.baseAddress else { return }
            pl_header_encode(&header, base)
            payload.withUnsafeBufferPointer { source in
                if let from = source.baseAddress {
                    (base + Int(PL_HEADER_SIZE)).update(from: from, count: source.count)
                }
            }
            count = Int(PL_HEADER_SIZE) + payload.count
        }
    }
}
