import FoundationEssentials
import OpAMP
import SwiftProtobuf
import Testing

@Suite struct OpAMPFramingTests {
    @Test func `a message reads back from its frame`() throws {
        var message = OpAMPAgentToServer()
        message.sequenceNum = 7
        let bytes = try OpAMPFraming.encode(message)
        #expect(bytes.first == 0)
        let read: OpAMPAgentToServer = try OpAMPFraming.decode(bytes, limit: 100)
        #expect(read == message)
    }

    @Test func `an empty message, an unknown header and one that is too large are told apart`() {
        typealias Message = OpAMPAgentToServer
        #expect(throws: OpAMPFraming.Failure.empty) { try OpAMPFraming.decode([], as: Message.self, limit: 10) }
        #expect(throws: OpAMPFraming.Failure.unknownHeader(1)) {
            try OpAMPFraming.decode([1, 2], as: Message.self, limit: 10)
        }
        #expect(throws: OpAMPFraming.Failure.tooLarge(bytes: 11, limit: 10)) {
            try OpAMPFraming.decode([UInt8](repeating: 0, count: 12), as: Message.self, limit: 10)
        }
    }

    @Test func `every truncation of a message is refused or reads as less, and never traps`() throws {
        var message = OpAMPAgentToServer()
        message.instanceUid.append(contentsOf: [UInt8](repeating: 3, count: 16))
        message.customMessage.capability = "martlet.device/v1"
        let bytes = try OpAMPFraming.encode(message)
        for count in 0..<bytes.count {
            _ = try? OpAMPFraming.decode(Array(bytes.prefix(count)), as: OpAMPAgentToServer.self, limit: 1_000)
        }
    }

    @Test func `fields have the numbers of the specification`() throws {
        var message = OpAMPServerToAgent()
        message.remoteConfig.configHash.append(1)
        message.flags = 1
        let bytes: [UInt8] = try message.serializedBytes()
        // remote_config is 3, config_hash in it 2; flags is 6.
        #expect(bytes == [0x1A, 3, 0x12, 1, 1, 0x30, 1])
    }
}
