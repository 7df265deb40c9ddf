package import SwiftProtobuf

/// OpAMP's framing of a WebSocket message: a header that is one varint, zero in v0.18, then the protobuf.
package enum OpAMPFraming {
    package enum Failure: Error, Sendable, Equatable, CustomStringConvertible {
        case empty
        case unknownHeader(UInt8)
        case tooLarge(bytes: Int, limit: Int)
        case malformed(String)

        package var description: String {
            switch self {
            case .empty: "an empty message; expected a zero byte and an OpAMP message"
            case .unknownHeader(let byte): "message header \(byte); expected 0 (OpAMP v0.18)"
            case .tooLarge(let bytes, let limit): "a message of \(bytes) bytes; at most \(limit) are accepted"
            case .malformed(let reason): "not an OpAMP message: \(reason)"
            }
        }
    }

    package static func encode(_ message: some Message) throws -> [UInt8] {
        let body: [UInt8] = try message.serializedBytes()
        return [0] + body
    }

    /// Reads a WebSocket message.
    package static func decode<M: Message>(_ bytes: [UInt8], as type: M.Type = M.self, limit: Int) throws(Failure) -> M
    {
        guard let header = bytes.first else { throw .empty }
        guard header == 0 else { throw .unknownHeader(header) }
        return try decodeBody(Array(bytes.dropFirst()), as: type, limit: limit)
    }

    /// Reads a message without a header, as plain HTTP carries it.
    package static func decodeBody<M: Message>(
        _ bytes: [UInt8], as type: M.Type = M.self, limit: Int
    ) throws(Failure) -> M {
        guard bytes.count <= limit else { throw .tooLarge(bytes: bytes.count, limit: limit) }
        do {
            return try M(serializedBytes: bytes)
        } catch {
            throw .malformed("\(error)")
        }
    }
}
