import DesiredState
import DeviceProtocol
import DurableFiles
import NIOHTTP1
import PluginPackage

/// Fetches one package from where the server is, piece by piece; what a former attempt fetched is not fetched again.
struct PackageDownload: Sendable {
    enum Outcome: Sendable, Hashable {
        /// All of it is there, and it is what was offered.
        case whole
        /// To be tried again.
        case later(String)
        /// What came is something else, whole or larger than a package may be; none of it is kept.
        case wrong(String)
    }

    let digest: [UInt8]
    let files: PackageFiles
    let link: HTTPLink

    /// `progress` is told per cent.
    func perform(progress: @Sendable (Int64) async -> Void) async throws -> Outcome {
        try files.prepare()
        let path = PackageProtocol.path(Digest.hex(digest))
        var held = files.held(digest)
        while true {
            let reply = try await link.call(.GET, path, ["range": PackageProtocol.range(from: held)], [])
            switch reply.status.code {
            case 206: break
            // What is here is as long as the package, or longer.
            case 416: return try finish()
            default: return .later(words(reply))
            }
            guard
                let size = reply.headers.first(name: "content-range").flatMap({
                    PackageProtocol.size(contentRange: $0, from: held)
                }), !reply.body.isEmpty, held + Int64(reply.body.count) <= size
            else {
                return .later("the server answered with another part than it was asked for")
            }
            guard size <= PackageLimits.packageBytes else {
                files.drop(digest)
                return .wrong("the package has \(size) bytes, the limit is \(PackageLimits.packageBytes)")
            }
            try FileBytes.put(reply.body, at: held, in: files.partial(digest))
            held += Int64(reply.body.count)
            await progress(held * 100 / size)
            if held == size { return try finish() }
        }
    }

    private func finish() throws -> Outcome {
        let path = files.partial(digest)
        let actual = try files.digest(of: path)
        guard actual == digest else {
            files.drop(digest)
            return .wrong("what came has SHA-256 \(Digest.hex(actual)), offered was \(Digest.hex(digest))")
        }
        try FileBytes.sync(file: path)
        return .whole
    }

    private func words(_ reply: HTTPReply) -> String {
        let text = String(decoding: reply.body.prefix(500).filter { $0 >= 0x20 }, as: UTF8.self)
        return text.isEmpty ? "the server answered \(reply.status.code)" : text
    }
}
