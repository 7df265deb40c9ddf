/// How a device brings an artifact of one of its runs: `PUT /v1/artifacts/RUN/NAME` in pieces, beside OpAMP, over the same
/// port and certificate. `HEAD` of the same path says how much the server has, so that an upload goes on where it was cut.
package enum ArtifactProtocol {
    /// Below it: the run as 32 hexadecimal digits or a UUID, `/`, the name.
    package static let root = "/v1/artifacts/"
    package static let contentType = "application/octet-stream"

    /// Of a piece: where it begins. Of an answer: how much the server has.
    package static let offset = "upload-offset"
    /// Bytes of the whole.
    package static let length = "upload-length"
    /// SHA-256 of the whole, 64 lower-case hexadecimal digits.
    package static let digest = "upload-digest"
    /// Of an answer: `true` when the whole is stored and checked.
    package static let complete = "upload-complete"

    /// Bytes of a piece at most.
    package static let pieceBytes = 512 << 10
    /// Artifacts of one run.
    package static let mostPerRun = 16
    package static let longestName = 64

    /// 1 to 64 of [a-z0-9.-], not beginning with a dot: also the name of a file.
    package static func isName(_ name: String) -> Bool {
        !name.isEmpty && name.utf8.count <= longestName && name.utf8.first != UInt8(ascii: ".")
            && name.utf8.allSatisfy {
                ($0 >= 0x61 && $0 <= 0x7A) || ($0 >= 0x30 && $0 <= 0x39) || $0 == 0x2D || $0 == 0x2E
            }
    }

    package static func path(run: RunID, name: String) -> String { "\(root)\(run)/\(name)" }

    /// nil for a path that names no artifact.
    package static func parse(_ path: String) -> (run: RunID, name: String)? {
        guard path.hasPrefix(root) else { return nil }
        let parts = path.dropFirst(root.count).split(separator: "/", omittingEmptySubsequences: false)
        guard parts.count == 2, let run = RunID(String(parts[0])), isName(String(parts[1])) else { return nil }
        return (run, String(parts[1]))
    }
}
