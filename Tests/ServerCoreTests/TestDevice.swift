import DeviceProtocol
import Foundation
import OpAMP
import ServerCore
import SwiftProtobuf
import Testing

/// Speaks for a device over one connection, as the agent does.
struct TestDevice {
    let server: TestServer
    let uid: DeviceUID
    var peer: DevicePeer
    var admission = FixedAdmission()
    var digest = Data(repeating: 1, count: 32)
    private var frames: UInt64 = 0

    init(_ server: TestServer, _ uid: DeviceUID, connection: UInt64 = 1, transport: DeviceTransport = .http) {
        self.server = server
        self.uid = uid
        peer = DevicePeer(uid: uid, address: "10.1.2.3", transport: transport, connection: connection)
    }

    static let capabilities: UInt64 = 0x1 | 0x2 | 0x4 | 0x800 | 0x1000

    /// A message with a frame, of which `change` may change anything.
    mutating func message(
        _ change: (inout OpAMPAgentToServer, inout WireAgentFrame) -> Void = { _, _ in }
    ) throws -> OpAMPAgentToServer {
        frames += 1
        var message = OpAMPAgentToServer()
        message.instanceUid = Data(uid.bytes)
        message.capabilities = Self.capabilities
        message.sequenceNum = frames
        var frame = WireAgentFrame()
        frame.frame = frames
        frame.stateDigest = digest
        frame.reason = .schedule
        change(&message, &frame)
        message.customMessage.capability = DeviceCapability.name
        message.customMessage.type = DeviceCapability.agentFrame
        message.customMessage.data = try frame.serializedBytes()
        return message
    }

    func send(_ message: OpAMPAgentToServer) async throws -> (message: OpAMPServerToAgent, frame: WireServerFrame) {
        let answer = try await server.sync.exchange(message, from: peer, admission: admission)
        return (answer, try WireServerFrame(serializedBytes: answer.customMessage.data))
    }

    mutating func exchange(
        _ change: (inout OpAMPAgentToServer, inout WireAgentFrame) -> Void = { _, _ in }
    ) async throws -> (message: OpAMPServerToAgent, frame: WireServerFrame) {
        try await send(message(change))
    }

    /// Full state, as after a start.
    @discardableResult
    mutating func report() async throws -> (message: OpAMPServerToAgent, frame: WireServerFrame) {
        try await exchange { message, frame in
            message.agentDescription.identifyingAttributes = [.text("host.name", "web-1")]
            message.agentDescription.nonIdentifyingAttributes = [.text("os.type", "linux")]
            message.health.healthy = true
            message.health.componentHealthMap["martlet.clamav"] = .with {
                $0.healthy = true; $0.status = "running"
            }
            frame.startCounter = 1
            frame.startID = Data(repeating: 3, count: 16)
        }
    }

    static func event(
        _ number: UInt64, _ chain: inout EventChain, _ change: (inout WireEvent) -> Void = { _ in }
    ) -> WireEvent {
        var event = WireEvent()
        event.number = number
        event.id = Data(Identifier.make(now: TestClock.start).bytes)
        event.digest = Data(chain.append(number: number, id: Array(event.id)))
        event.deviceTime = TestClock.start
        event.application = "martlet.clamav"
        event.severity = .critical
        event.type = "threat.found"
        event.text = "a threat"
        event.data = Data(#"{"file":"/tmp/eicar"}"#.utf8)
        change(&event)
        return event
    }
}

extension OpAMPKeyValue {
    static func text(_ key: String, _ value: String) -> OpAMPKeyValue {
        .with {
            $0.key = key
            $0.value.stringValue = value
        }
    }
}
