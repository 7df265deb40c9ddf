import DeviceProtocol
import FoundationEssentials
import OpAMP
import SwiftProtobuf

/// What the agent asks of a server outside of synchronising, each over a short connection: a certificate, or whether it
/// answers at all.
struct CertificateClient: Sendable {
    let connector: ServerConnector

    /// The certificate (PEM) for a request (PKCS#10, DER). `bearer` is an enrolment token, for a device that has no
    /// certificate yet; `start` says which of two copies of a device asks for an identity of its own, `description` is
    /// what an operator sees who has to approve the device.
    func certificate(
        for uid: DeviceUID, request: [UInt8], bearer: String? = nil, start: AgentStart? = nil,
        description: OpAMPAgentDescription? = nil
    ) async throws -> [UInt8] {
        var message = Self.message(from: uid)
        if let description { message.agentDescription = description }
        message.connectionSettingsRequest.opamp.certificateRequest.csr = Data(request)
        if let start { message.customMessage = try Self.frame(naming: start) }
        let answer = try await exchange(message, bearer)
        let certificate = Array(answer.connectionSettings.opamp.certificate.cert)
        guard !certificate.isEmpty else {
            throw LinkError(.malformed, "\(connector.endpoint): the answer carries no certificate")
        }
        return certificate
    }

    /// Succeeds when the server answers a device of this uid over the connection.
    func greet(as uid: DeviceUID) async throws {
        let answer = try await exchange(Self.message(from: uid), nil)
        guard !answer.hasErrorResponse else {
            // A server that cannot store now says nothing about the device.
            let isRefused = answer.errorResponse.type == .badRequest
            throw LinkError(
                .refused, "\(connector.endpoint) says: \(answer.errorResponse.errorMessage)",
                status: isRefused ? 403 : nil)
        }
    }

    private func exchange(_ message: OpAMPAgentToServer, _ bearer: String?) async throws -> OpAMPServerToAgent {
        let link = try await HTTPLink.open(connector)
        do {
            let answer = try await link.exchange(message, bearer: bearer)
            await link.close()
            return answer
        } catch {
            await link.close()
            throw error
        }
    }

    private static func message(from uid: DeviceUID) -> OpAMPAgentToServer {
        var message = OpAMPAgentToServer()
        message.instanceUid = Data(uid.bytes)
        message.capabilities = FrameComposer.capabilities
        return message
    }

    private static func frame(naming start: AgentStart) throws -> OpAMPCustomMessage {
        var frame = WireAgentFrame()
        frame.startCounter = UInt64(start.counter)
        frame.startID = Data(start.id)
        var message = OpAMPCustomMessage()
        message.capability = DeviceCapability.name
        message.type = DeviceCapability.agentFrame
        message.data = try frame.serializedData()
        return message
    }
}
