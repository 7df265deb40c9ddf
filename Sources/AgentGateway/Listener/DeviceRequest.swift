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
        if PackageRequest.isMeant(by: head.uri) { return await PackageRequest(request: self).answer(services) }
        if ArtifactRequest.isMeant(by: head.uri) { return await ArtifactRequest(request: self).answer(services) }
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
            case .speak where !csr(of: message).isEmpty: return try await renew(message, services)
            case .speak: return try await exchange(message, services)
            case .enrolOnly: return try await enrol(message, services)
            case .renewOnly where !csr(of: message).isEmpty: return try await renew(message, services)
            case let other: return other.refusal
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
        case .speak: nil
        case let verdict?: verdict.refusal
        case nil: GatewayReply(.serviceUnavailable, "the server cannot answer now", retryAfterSeconds: 30)
        }
    }

    /// A device that is to be readmitted is written down, or let in when the rule says so.
    func verdict(_ services: GatewayServices) async throws -> RequestVerdict {
        guard let certificate else { return .enrolOnly }
        let verdict = RequestVerdict.judge(certificate, access: try await services.sync.access(of: certificate))
        guard case .readmission(let reason, _) = verdict else { return verdict }
        guard try await services.readmissions.ask(certificate, reason: reason, address: address) else { return verdict }
        return .judge(certificate, access: try await services.sync.access(of: certificate))
    }

    private var certificate: PresentedCertificate? { identity.certificate }

    private func csr(of message: OpAMPAgentToServer) -> [UInt8] {
        Array(message.connectionSettingsRequest.opamp.certificateRequest.csr)
    }

    private func renew(_ message: OpAMPAgentToServer, _ services: GatewayServices) async throws -> GatewayReply {
        guard let certificate else { return GatewayReply(.unauthorized, "no certificate") }
        guard let uid = DeviceUID(Array(message.instanceUid)) else {
            return GatewayReply(.badRequest, "instance_uid: expected 16 bytes, got \(message.instanceUid.count)")
        }
        do {
            // A stranger's id is its own affair; an agent of ours that gives another asks for an identity of its own.
            var isAnother = uid != certificate.uid
            if isAnother, try await services.sync.isStranger(certificate.uid) { isAnother = false }
            guard isAnother else {
                let issued = try await services.enrollment.renew(certificate, request: csr(of: message))
                services.logger.info("certificate renewed", metadata: ["device": "\(uid)"])
                return try reply(issued: issued, message)
            }
            let frame = try? WireAgentFrame(serializedBytes: message.customMessage.data)
            let issued = try await services.enrollment.split(
                certificate, into: uid, startID: Array(frame?.startID ?? Data()), request: csr(of: message),
                address: address)
            services.logger.notice("copy split off", metadata: ["device": "\(uid)", "from": "\(certificate.uid)"])
            return try reply(issued: issued, message)
        } catch let error as EnrollmentError {
            services.logger.warning(
                "renewal refused", metadata: ["device": "\(certificate.uid)", "reason": "\(error)"])
            return GatewayReply(.forbidden, "\(error)")
        }
    }

    private func reply(issued: IssuedCertificate, _ message: OpAMPAgentToServer) throws -> GatewayReply {
        var answer = OpAMPServerToAgent()
        answer.instanceUid = message.instanceUid
        answer.connectionSettings.opamp.certificate.cert = Data(issued.chainPEM.utf8)
        return try reply(answer)
    }

    private func exchange(_ message: OpAMPAgentToServer, _ services: GatewayServices) async throws -> GatewayReply {
        guard case .device(let certificate) = identity else { return GatewayReply(.unauthorized, "no certificate") }
        services.contacts.heard(from: certificate.uid, in: message)
        let peer = DevicePeer(uid: certificate.uid, address: address, transport: .http, connection: connection)
        let contested = await services.sessions.isContested(message, from: peer)
        return try reply(
            try await services.sync.exchange(
                message, from: peer, admission: services.sessions, contested: contested))
    }

    private func enrol(_ message: OpAMPAgentToServer, _ services: GatewayServices) async throws -> GatewayReply {
        guard let token = bearer else {
            return GatewayReply(
                .unauthorized, "no client certificate and no enrolment token; enrol with \"martlet-agent enroll\"")
        }
        guard let uid = DeviceUID(Array(message.instanceUid)) else {
            return GatewayReply(.badRequest, "instance_uid: expected 16 bytes, got \(message.instanceUid.count)")
        }
        do {
            let issued = try await services.enrollment.enroll(
                token: token, request: csr(of: message), uid: uid, address: address,
                description: message.hasAgentDescription ? message.agentDescription : nil)
            services.logger.notice("device enrolled", metadata: ["device": "\(uid)", "address": "\(address)"])
            return try reply(issued: issued, message)
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
