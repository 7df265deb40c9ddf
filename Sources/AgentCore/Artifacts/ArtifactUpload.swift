import AgentPlugins
import DesiredState
import DeviceProtocol
import Failpoints
import Glibc
import NIOHTTP1

/// Brings one artifact to the server over a connection of its own, from where the server is.
struct ArtifactUpload: Sendable {
    enum Outcome: Sendable, Hashable {
        case stored
        /// To be tried again.
        case later(String)
        /// The server will not have it, and says why.
        case refused(String)
    }

    /// Times that the server may say it is elsewhere, or has something else, before the rest waits for later.
    static let mostDetours = 3

    let artifact: SpooledArtifact
    let run: RunID
    let digest: [UInt8]
    let link: HTTPLink

    func perform() async throws -> Outcome {
        let path = ArtifactProtocol.path(run: run, name: artifact.name)
        var reply = try await link.call(.HEAD, path, [:], [])
        var detours = 0
        var last: Int64?
        while true {
            switch reply.status.code {
            case 200 where reply.headers.first(name: ArtifactProtocol.complete) == "true": return .stored
            case 200:
                guard let offset = offset(of: reply) else {
                    return .later("it answers, and says nothing of artifacts: is it a server of Martlet's?")
                }
                // Each piece brings it on; a server that stays where it was is not sent the same for ever.
                if let last, offset <= last { detours += 1 }
                last = offset
            case 409:
                detours += 1
            case 422:
                detours += 1
                reply.headers.replaceOrAdd(name: ArtifactProtocol.offset, value: "0")
            // What a server of ours says of this artifact for good. Everything else may be over later: a device that waits for
            // approval or readmission, a run that was not reported yet, limits, something between us that is no server of ours.
            case 400, 413: return .refused(words(reply))
            case 403 where reply.headers.first(name: "retry-after") == nil: return .refused(words(reply))
            default: return .later(words(reply))
            }
            guard detours <= Self.mostDetours else { return .later(words(reply)) }
            let offset = offset(of: reply) ?? 0
            // The server has more than there is: it holds the beginning of something else.
            guard (0...artifact.size).contains(offset) else {
                return .refused("the server has more of it than there is")
            }
            reply = try await link.call(.PUT, path, headers(offset), read(offset))
            Failpoint.artifactPieceStored.pass()
        }
    }

    private func offset(of reply: HTTPReply) -> Int64? {
        reply.headers.first(name: ArtifactProtocol.offset).flatMap { Int64($0) }
    }

    private func headers(_ offset: Int64) -> HTTPHeaders {
        [
            "content-type": ArtifactProtocol.contentType, ArtifactProtocol.offset: "\(offset)",
            ArtifactProtocol.length: "\(artifact.size)", ArtifactProtocol.digest: Digest.hex(digest),
        ]
    }

    private func read(_ offset: Int64) throws -> [UInt8] {
        let descriptor = open(artifact.path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw AgentError("\(artifact.path): \(String(cString: strerror(errno)))") }
        defer { close(descriptor) }
        let wanted = Int(min(Int64(ArtifactProtocol.pieceBytes), artifact.size - offset))
        guard wanted > 0 else { return [] }
        return try [UInt8](unsafeUninitializedCapacity: wanted) { buffer, count in
            while count < wanted {
                let got = pread(
                    descriptor, buffer.baseAddress?.advanced(by: count), wanted - count, off_t(offset) + off_t(count))
                if got < 0, errno == EINTR { continue }
                guard got > 0 else { throw AgentError("\(artifact.path) is shorter than it was") }
                count += got
            }
        }
    }

    private func words(_ reply: HTTPReply) -> String {
        let text = String(decoding: reply.body.prefix(500).filter { $0 >= 0x20 }, as: UTF8.self)
        return text.isEmpty ? "the server answered \(reply.status.code)" : text
    }
}
