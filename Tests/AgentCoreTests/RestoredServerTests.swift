import AgentCore
import AgentPlugins
import DesiredState
import DeviceProtocol
import FoundationEssentials
import Logging
import OpAMP
import SwiftProtobuf
import Testing

/// An agent whose server's store was restored from a backup hears of it in an ordinary answer.
@Suite(.tags(.R16)) struct RestoredServerTests {
    /// Plugins of which there are none.
    private struct NoApplications: IdleApplications {}

    private let store: AgentStore
    private let handler: ReplyHandler

    init() async throws {
        let logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
        let plugins = NoApplications()
        store = try AgentStore(image: [], environment: .system) { true }
        let uid = Identifier.make(now: 1)
        let facts = HostFacts(name: "h", architecture: "x86_64", system: "Linux", kernel: "1")
        let tasks = TaskRunner(device: uid, store: store, plugins: plugins, logger: logger, changed: { _ in })
        let composer = try await FrameComposer(
            identity: DeviceIdentity(uid: uid, host: facts), start: AgentStart(counter: 1, id: [1], time: 1),
            store: store, plugins: plugins, inventory: InventoryReader(path: "/nonexistent"))
        handler = ReplyHandler(
            store: store, composer: composer,
            applier: DesiredStateApplier(store: store, plugins: plugins, tasks: tasks, logger: logger, changed: {}),
            orders: OrderHandler(
                store: store, plugins: plugins, tasks: tasks, logger: logger, refresh: {}, changed: {}), logger: logger)
    }

    private func emit(_ number: UInt8) async throws {
        let event = SpooledEvent(
            id: [UInt8](repeating: number, count: 16), application: "a", severity: 1, type: "t", text: "x", time: 1)
        _ = try await store.append([event], from: "p", now: 1)
    }

    private func hear(storeEpoch: UInt8, _ receipts: [WireStreamReceipt]) async throws {
        var frame = WireServerFrame()
        frame.storeEpoch = Data(repeating: storeEpoch, count: 16)
        frame.receipts = receipts
        var message = OpAMPServerToAgent()
        message.customMessage.capability = DeviceCapability.name
        message.customMessage.type = DeviceCapability.serverFrame
        message.customMessage.data = try frame.serializedBytes()
        _ = try await handler.handle(message, session: SessionSettings())
    }

    @Test func `what the restore lost is told, also when the first answer shows it`() async throws {
        try await emit(1)
        try await emit(2)
        var receipt = WireStreamReceipt()
        let sent = try await store.nextBatches(bytes: 1_000, now: 1)[0]
        receipt.stream = sent.stream
        receipt.epoch = sent.epoch
        receipt.storedThrough = 2
        receipt.digest = sent.events[1].digest
        try await hear(storeEpoch: 1, [receipt])
        #expect(await store.spoolDepth().events == 0)
        // The restored store holds nothing of this stream, and says so to the batch that lies on its number 2.
        try await emit(3)
        receipt.storedThrough = 0
        receipt.digest = Data()
        receipt.newEpoch = true
        try await hear(storeEpoch: 2, [receipt])
        let renumbered = try await store.nextBatches(bytes: 1_000, now: 1)[0]
        #expect(renumbered.epoch != sent.epoch)
        #expect(renumbered.events.map(\.type) == ["t", AgentEvent.eventsLost])
        #expect(renumbered.events.map(\.number) == [1, 2])
        #expect(renumbered.events.last?.text.contains("2") == true)
    }
}
