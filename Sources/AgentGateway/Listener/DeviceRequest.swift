import DeviceProtocol
import Foundation
import Logging
import NIOHTTP1
import OpAMP
import ServerCore
import ServerPKI
import SwiftProtobuf

/// One complete request of a device, and how it is answered.
struct DeviceRequest: Sendable {
    var head: HTTPRequestHead
    var body: [UInt8]
    var limit: Int
    var identity: PeerIdentity
    var address: String
    var connection: UInt64

    func answer(_ services: GatewayServices) async -> GatewayReply {
        guard head.uri == OpAMPPath.opamp else {
            return GatewayReply(.notFound, "there is nothing at this path; agents speak OpAMP at \(OpAMPPath.opamp)")
        }
        guard head.method == .POST else {
            if head.headers.contains(name: "upgrade"), let refusal = await refusalOfUpgrade(services) { return refusal }
            return GatewayReply(
                .methodNotAllowed, "expected POST with \(OpAMPPath.contentType), or a WebSocket upgrade")
        }
        guard head.headers.first(name: "content-type")?.hasPrefix(OpAMPPath.contentType) == true else {
            return GatewayReply(.unsupportedMediaType, "expected content type \(OpAMPPath.contentType)")
        }
        do {
            let message: OpAMPAgentToServer = try OpAMPFraming.decodeBody(body, limit: limit)
            switch try await verdict(services) {
            case .speak: return try await exchange(message, services)
            case .enrolOnly: return try await enrol(message, services)
            case .refuse(let status, let text): return GatewayReply(status, text)
            }
        } catch let error as OpAMPFraming.Failure {
            return GatewayReply(.badRequest, "\(error)")
        } catch {
            services.logger.error("request failed", metadata: ["address": "\(address)", "error": "\(error)"])
            return GatewayReply(.serviceUnavailable, "the server cannot answer now", retryAfterSeconds: 30)
        }
    }

    /// Why a WebSocket was not made, for a peer that asked for one.
    private func refusalOfUpgrade(_ services: GatewayServices) async -> GatewayReply? {
        switch try? await verdict(services) {
        case .refuse(let status, let text): GatewayReply(status, text)
        case .enrolOnly: GatewayReply(.unauthorized, "no client certificate; enrol with \"martlet-agent enroll\"")
        case .speak: nil
        case nil: GatewayReply(.serviceUnavailable, "the server cannot answer now", retryAfterSeconds: 30)
        }
    }

    func verdict(_ services: GatewayServices) async throws -> RequestVerdict {
        guard case .device(let certificate) = identity else { return .enrolOnly }
        let standing = try await services.sync.standing(of: certificate.uid)
        return .judge(identity, standing: standing, now: ServerClock.system.now())
    }

    private func exchange(_ message: OpAMPAgentToServer, _ services: GatewayServices) async throws -> GatewayReply {
        guard case .device(let certificate) = identity else { return GatewayReply(.unauthorized, "no certificate") }
        services.contacts.heard(from: certificate.uid, in: message)
        let peer = DevicePeer(uid: certificate.uid, address: address, transport: .http, connection: connection)
        return try reply(try await services.sync.exchange(message, from: peer, admission: services.sessions))
    }

    private func enrol(_ message: OpAMPAgentToServer, _ services: GatewayServices) async throws -> GatewayReply {
        guard let token = bearer else {
            return GatewayReply(
                .unauthorized, "no client certificate and no enrolment token; enrol with \"martlet-agent enroll\"")
        }
        guard let uid = DeviceUID(Array(message.instanceUid)) else {
            return GatewayReply(.badRequest, "instance_uid: expected 16 bytes, got \(message.instanceUid.count)")
        }
        let request = Array(message.connectionSettingsRequest.opamp.certificateRequest.csr)
        do {
            let issued = try await services.enrollment.enroll(
                token: token, request: request, uid: uid, address: address)
            var answer = OpAMPServerToAgent()
            answer.instanceUid = message.instanceUid
            answer.connectionSettings.opamp.certificate.cert = Data(issued.chainPEM.utf8)
            services.logger.notice("device enrolled", metadata: ["device": "\(uid)", "address": "\(address)"])
            return try reply(answer)
        } catch let error as EnrollmentError {
            services.logger.warning(
                "enrolment refused", metadata: ["device": "\(uid)", "address": "\(address)", "reason": "\(error)"])
            if case .badRequest = error { return GatewayReply(.badRequest, "\(error)") }
            return GatewayReply(.forbidden, "\(error)")
        }
    }

    private var bearer: String? {
        guard let value = head.headers.first(name: "authorization"), value.hasPrefix("Bearer ") else { return nil }
        return String(value.dropFirst("Bearer ".count))
    }

    private func reply(_ message: OpAMPServerToAgent) throws -> GatewayReply {
        GatewayReply(message: try message.serializedBytes(), contentType: OpAMPPath.contentType)
    }
}
