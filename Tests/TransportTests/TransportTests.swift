import AgentCore
import DeviceProtocol
import FoundationEssentials
import OpAMP
import ServerCore
import SwiftProtobuf
import Testing

extension Tag {
    @Tag static var R02: Self
    @Tag static var R03: Self
    @Tag static var R07: Self
    @Tag static var R16: Self
}

@Suite(.tags(.R02, .R03)) struct TransportTests {
    private static func message(
        _ uid: DeviceUID, number: UInt64 = 1, _ change: (inout WireAgentFrame) -> Void = { _ in }
    ) throws -> OpAMPAgentToServer {
        var frame = WireAgentFrame()
        frame.frame = number
        change(&frame)
        var message = OpAMPAgentToServer()
        message.instanceUid = Data(uid.bytes)
        message.sequenceNum = number
        message.capabilities = 1 | 2 | 4 | 2_048 | 4_096
        message.customMessage.capability = DeviceCapability.name
        message.customMessage.type = DeviceCapability.agentFrame
        message.customMessage.data = try frame.serializedData()
        return message
    }

    private static func frame(_ answer: OpAMPServerToAgent) throws -> WireServerFrame {
        try WireServerFrame(serializedBytes: answer.customMessage.data)
    }

    @Test(arguments: Transport.allCases) func `every message is answered with its own number, in order`(transport: Transport) async throws {
        let bench = try await Bench()
        let link = try await transport.open(bench.connector)
        for number in UInt64(1)...20 {
            let answer = try await link.exchange(Self.message(bench.uid, number: number))
            #expect(try Self.frame(answer).acknowledged == number)
        }
        await link.close()
    }

    @Test(.tags(.R16), arguments: Transport.allCases) func `events are receipted once they are stored, and a repetition too`(
        transport: Transport
    ) async throws {
        let bench = try await Bench()
        let link = try await transport.open(bench.connector)
        let batch = WireEventBatch.with { batch in
            batch.stream = .normal
            batch.epoch = Data(Identifier.make(now: 1).bytes)
            batch.events = (1...3).map { number in
                WireEvent.with {
                    $0.number = UInt64(number * 2)
                    $0.id = Data(Identifier.make(now: Int64(number)).bytes)
                    $0.digest = Data(repeating: UInt8(number), count: 8)
                    $0.severity = .warning
                    $0.application = "a"
                    $0.type = "t"
                    $0.text = "event \(number)"
                }
            }
        }
        for number in UInt64(1)...2 {
            let receipts = try Self.frame(try await link.exchange(Self.message(bench.uid, number: number) { $0.events = [batch] })).receipts
            #expect(receipts.map(\.storedThrough) == [6])
            #expect(receipts.first?.refused.isEmpty == true)
        }
        await link.close()
    }

    @Test(arguments: Transport.allCases) func `full state is asked for once, and never in answer to it`(transport: Transport) async throws {
        let bench = try await Bench()
        let link = try await transport.open(bench.connector)
        let full = UInt64(OpAMPServerToAgentFlags.reportFullState.rawValue)
        let unknown = try await link.exchange(Self.message(bench.uid) { $0.stateDigest = Data(repeating: 1, count: 16) })
        #expect(unknown.flags & full == full)
        var report = try Self.message(bench.uid, number: 2) { $0.stateDigest = Data(repeating: 1, count: 16) }
        report.agentDescription.identifyingAttributes = []
        report.agentDescription.nonIdentifyingAttributes = []
        #expect(try await link.exchange(report).flags & full == 0)
        let known = try await link.exchange(Self.message(bench.uid, number: 3) { $0.stateDigest = Data(repeating: 1, count: 16) })
        #expect(known.flags & full == 0)
        await link.close()
    }

    @Test(arguments: Transport.allCases) func `a synchronisation in which nothing changed is at most 300 bytes both ways`(
        transport: Transport
    ) async throws {
        let bench = try await Bench()
        let link = try await transport.open(bench.connector)
        let unchanged = { (number: UInt64) in
            try Self.message(bench.uid, number: number) {
                $0.startCounter = 1_000
                $0.startID = Data(repeating: 1, count: 8)
                $0.stateDigest = Data(repeating: 1, count: 16)
                $0.udpPort = 15_000
                $0.udpKeyID = 1
                $0.inventoryHash = Data(repeating: 2, count: 32)
                $0.agentTime = 1_790_000_000_000_000
                $0.reason = .schedule
            }
        }
        var first = try unchanged(1)
        first.agentDescription.identifyingAttributes = []
        var inventory = WireAgentFrame()
        inventory = try WireAgentFrame(serializedBytes: first.customMessage.data)
        inventory.inventory.hash = inventory.inventoryHash
        first.customMessage.data = try inventory.serializedData()
        _ = try await link.exchange(first)
        let request = try unchanged(2)
        let answer = try await link.exchange(request)
        let bytes: ([UInt8], [UInt8]) = (try request.serializedBytes(), try answer.serializedBytes())
        print("unchanged synchronisation over \(transport): \(bytes.0.count) + \(bytes.1.count) bytes")
        #expect(try Self.frame(answer).acknowledged == 2)
        #expect(bytes.0.count + bytes.1.count <= 300)
        await link.close()
    }

    @Test(.tags(.R07), arguments: Transport.allCases) func `nobody without a certificate is spoken to`(transport: Transport) async throws {
        let bench = try await Bench()
        await #expect { () async throws in
            let link = try await transport.open(bench.anonymous)
            _ = try await link.exchange(Self.message(bench.uid))
        } throws: { error in
            (error as? LinkError)?.status == 401
        }
    }

    @Test(arguments: Transport.allCases) func `a frame that cannot be read is refused with the reason, and the next one is answered`(
        transport: Transport
    ) async throws {
        let bench = try await Bench()
        let link = try await transport.open(bench.connector)
        var broken = try Self.message(bench.uid)
        broken.customMessage.data = Data([0xFF, 0xFF, 0xFF])
        let refusal = try await link.exchange(broken)
        #expect(refusal.hasErrorResponse)
        #expect(refusal.errorResponse.errorMessage.contains("AgentFrame"))
        #expect(try Self.frame(try await link.exchange(Self.message(bench.uid, number: 2))).acknowledged == 2)
        await link.close()
    }
}
