import DesiredState
import DeviceProtocol
import Logging
import NIOHTTP1
import ServerCore

/// A device's request for a package that it was offered; see `PackageProtocol`.
struct PackageRequest: Sendable {
    let request: DeviceRequest

    static func isMeant(by path: String) -> Bool { path.hasPrefix(PackageProtocol.root) }

    func answer(_ services: GatewayServices) async -> GatewayReply {
        guard let name = PackageProtocol.parse(request.head.uri), let digest = Digest.bytes(hex: name) else {
            return GatewayReply(.notFound, "expected \(PackageProtocol.root) and 64 hexadecimal digits")
        }
        guard request.head.method == .GET else { return GatewayReply(.methodNotAllowed, "expected GET") }
        let asked = request.head.headers.first(name: "range") ?? "bytes=0-"
        guard let (offset, count) = PackageProtocol.parse(range: asked) else {
            return GatewayReply(.badRequest, "range: expected one like \(PackageProtocol.range(from: 0)), got \(asked)")
        }
        do {
            let verdict = try await request.verdict(services)
            guard verdict == .speak, let device = request.identity.certificate?.uid else { return verdict.refusal }
            guard let piece = try await services.packages.piece(digest, from: offset, count: count, for: device) else {
                return GatewayReply(.notFound, "this device was not offered a package with this SHA-256")
            }
            let range = PackageProtocol.contentRange(offset, count: Int64(piece.bytes.count), of: piece.size)
            var reply = GatewayReply(
                piece.bytes.isEmpty ? .rangeNotSatisfiable : .partialContent,
                headers: [
                    "content-type": PackageProtocol.contentType, "content-range": range, "etag": "\"\(name)\"",
                ])
            reply.body = piece.bytes
            return reply
        } catch {
            services.logger.error("package not sent", metadata: ["package": "\(name)", "error": "\(error)"])
            return GatewayReply(.serviceUnavailable, "the server cannot send the package now", retryAfterSeconds: 30)
        }
    }
}
