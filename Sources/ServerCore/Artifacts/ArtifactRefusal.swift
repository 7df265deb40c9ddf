/// Why a device's piece was not taken, in words for its log.
package enum ArtifactRefusal: Error, Sendable, Hashable, CustomStringConvertible {
    /// The server has not heard of the run yet; its report may be on its way.
    case unknownRun(String)
    case notYours(String)
    /// Names the limit.
    case overQuota(String)
    /// Names the limit; it is free again when others are whole.
    case busy(String)
    /// The piece does not begin where the server is; it has so many bytes.
    case elsewhere(Int64)
    /// The whole is not what was announced; what was received is gone.
    case wrongDigest(String)
    case invalid(String)

    package var description: String {
        switch self {
        case .unknownRun(let text), .notYours(let text), .overQuota(let text), .busy(let text), .wrongDigest(let text),
            .invalid(let text):
            text
        case .elsewhere(let offset): "expected a piece at \(offset)"
        }
    }
}
