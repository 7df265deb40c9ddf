/// Why bytes are not a JSON document that Martlet accepts.
package enum JSONError: Error, Sendable, Equatable, CustomStringConvertible {
    case tooLarge(bytes: Int, limit: Int)
    case integerTooLarge(String)
    case malformed(String)

    package var description: String {
        switch self {
        case .tooLarge(let bytes, let limit): "JSON document of \(bytes) bytes, at most \(limit) are accepted"
        case .integerTooLarge(let text): "integer \(text) is beyond 2^53; write it as a string"
        case .malformed(let reason): "not valid JSON: \(reason)"
        }
    }

    static func describe(_ error: DecodingError) -> String {
        switch error {
        case .dataCorrupted(let context), .keyNotFound(_, let context), .typeMismatch(_, let context),
            .valueNotFound(_, let context):
            context.underlyingError.map { "\($0)" } ?? context.debugDescription
        @unknown default: "\(error)"
        }
    }
}
