import DeviceProtocol
import Logging
import NIOHTTP1
import ServerCore

/// A device's request about an artifact of one of its runs; see `ArtifactProtocol`.
struct ArtifactRequest: Sendable {
    let request: DeviceRequest

    static func isMeant(by path: String) -> Bool { path.hasPrefix(ArtifactProtocol.root) }

    func answer(_ services: GatewayServices) async -> GatewayReply {
        guard let (run, name) = ArtifactProtocol.parse(request.head.uri) else {
            return GatewayReply(.notFound, "expected \(ArtifactProtocol.root)RUN/NAME")
        }
        do {
            let verdict = try await request.verdict(services)
            guard verdict == .speak, let device = request.identity.certificate?.uid else { return verdict.refusal }
            switch request.head.method {
            case .HEAD: return Self.reply(try await services.artifacts.progress(run, name, of: device))
            case .PUT: return Self.reply(try await services.artifacts.take(piece(run, name), from: device))
            default: return GatewayReply(.methodNotAllowed, "expected HEAD or PUT")
            }
        } catch let refusal as ArtifactRefusal {
            services.logger.debug("artifact not taken", metadata: ["run": "\(run)", "reason": "\(refusal)"])
            return Self.reply(refusal)
        } catch {
            services.logger.error("artifact not stored", metadata: ["run": "\(run)", "error": "\(error)"])
            return GatewayReply(.serviceUnavailable, "the server cannot store now", retryAfterSeconds: 30)
        }
    }

    private func piece(_ run: RunID, _ name: String) throws(ArtifactRefusal) -> ArtifactPiece {
        let headers = request.head.headers
        guard let offset = headers.first(name: ArtifactProtocol.offset).flatMap({ Int64($0) }),
            let length = headers.first(name: ArtifactProtocol.length).flatMap({ Int64($0) }),
            let digest = headers.first(name: ArtifactProtocol.digest).flatMap(Self.bytes)
        else {
            throw .invalid(
                "expected the headers \(ArtifactProtocol.offset), \(ArtifactProtocol.length) and \(ArtifactProtocol.digest)"
            )
        }
        return ArtifactPiece(
            run: run, name: name, offset: offset, length: length, digest: digest, bytes: request.body)
    }

    private static func bytes(hex text: String) -> [UInt8]? {
        let digits = text.utf8.compactMap { Character(UnicodeScalar($0)).hexDigitValue }
        guard digits.count == 64, text.utf8.count == 64 else { return nil }
        return stride(from: 0, to: 64, by: 2).map { UInt8(digits[$0] << 4 | digits[$0 + 1]) }
    }

    private static func reply(_ progress: ArtifactProgress) -> GatewayReply {
        GatewayReply(
            .ok,
            headers: [
                ArtifactProtocol.offset: "\(progress.offset)",
                ArtifactProtocol.complete: progress.isComplete ? "true" : "false",
            ])
    }

    private static func reply(_ refusal: ArtifactRefusal) -> GatewayReply {
        let status: HTTPResponseStatus =
            switch refusal {
            case .unknownRun: .notFound
            case .notYours: .forbidden
            case .overQuota: .payloadTooLarge
            case .busy: .tooManyRequests
            case .elsewhere: .conflict
            case .wrongDigest: .unprocessableEntity
            case .invalid: .badRequest
            }
        var reply = GatewayReply(status, "\(refusal)")
        if case .elsewhere(let offset) = refusal {
            reply.headers.add(name: ArtifactProtocol.offset, value: "\(offset)")
        }
        return reply
    }
}
