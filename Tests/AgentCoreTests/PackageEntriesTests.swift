import AgentPlugins
import DesiredState
import DeviceProtocol
import Foundation
import Logging
import OpAMP
import PluginPackage
import PluginTestBench
import Testing

@testable import AgentCore

/// What the agent says of the entries of its document that are about packages, and about whose plugins may run.
@Suite(.tags(.R24), .timeLimit(.minutes(1))) struct PackageEntriesTests {
    /// Plugins of which there are none.
    private struct NoPlugins: IdleApplications, PackagedPlugins {
        func replace(_ plugin: InstalledPlugin) async {}
        func remove(_ plugin: String) async {}
        func plugin(withUserOf id: String) async -> String? { nil }
        func version(of plugin: String) async -> String? { nil }
        func report(of plugin: String) async -> ApplicationReport? { nil }
    }

    private let directory: TemporaryDirectory
    private let store: AgentStore

    init() throws {
        directory = try TemporaryDirectory()
        store = try AgentStore(path: directory.path + "/agent.db")
    }

    /// An agent that has just started.
    private func applier(anchors: [String] = [], environment: AgentEnvironment = .system) -> DesiredStateApplier {
        let logger = Logger(label: "test", factory: { _ in SwiftLogNoOpLogHandler() })
        let plugins = NoPlugins()
        let installer = PackageInstaller(
            store: store, dataDirectory: directory.path,
            trust: TrustKeeper(
                store: store, anchorPaths: anchors, grants: GrantBook(),
                rootsPath: directory.path + "/roots.pem", rootsChanged: {}, logger: logger),
            plugins: plugins, connector: { throw AgentError("no server") }, say: { _ in }, changed: { _ in },
            time: TrustedTime(known: 0), logger: logger)
        return DesiredStateApplier(
            store: store, plugins: plugins,
            tasks: TaskRunner(
                device: Identifier.make(now: 1), store: store, plugins: plugins, logger: logger, changed: { _ in }),
            logger: logger, environment: environment, packages: installer, changed: {})
    }

    private func offer(_ applier: DesiredStateApplier, document: UInt8, all: [UInt8]) async throws {
        var configuration = OpAMPAgentRemoteConfig()
        configuration.configHash = Data([document])
        var offered = OpAMPPackagesAvailable()
        offered.allPackagesHash = Data(all)
        _ = try await applier.take(configuration, packages: offered)
        await applier.settled()
    }

    private func outcome() async throws -> EntryOutcome? {
        try await store.outcomes().first { $0.entry == DeviceDocument.packagesEntry }
    }

    @Test func `offers that cannot be made out are failed, also after a start, until others can be`() async throws {
        let none = Digest.sha256(DeviceDocument.entry(of: [:]))
        var applier = applier()
        try await offer(applier, document: 1, all: none)
        #expect(try await outcome()?.status == .applied)
        try await offer(applier, document: 2, all: [9, 9])
        let failed = try #require(try await outcome())
        #expect(failed.status == .failed && failed.hash == [9, 9] && failed.reason.contains("do not fit together"))
        applier = self.applier()
        await applier.begin()
        await applier.settled()
        #expect(try await outcome() == failed)
        try await offer(applier, document: 3, all: none)
        #expect(try await outcome()?.status == .applied)
    }

    @Test func `a statement of trust is taken whatever of other entries can be recorded`() async throws {
        let pauses = AsyncStream.makeStream(of: Int64.self)
        let environment = AgentEnvironment(
            now: { 1 }, identifier: { Identifier.make(now: $0) },
            start: { delay, work in
                guard delay > 0 else { return Task { await work() } }
                pauses.continuation.yield(delay)
                return Task {}
            })
        try await store.refuseOutcomes()
        let statement = SignedTrust(text: "{}", signature: [1]).json
        var entries = DeviceDocument(trust: statement).entries()
        entries[DeviceDocument.tasksEntry] = Array("no JSON".utf8)
        try await store.replaceDesired(entries: entries, hash: [1])
        // One whose signers cannot be read for now is tried again after a while.
        let applier = applier(anchors: [directory.path + "/missing.pem"], environment: environment)
        await applier.begin()
        await applier.settled()
        pauses.continuation.finish()
        var tries = 0
        for await _ in pauses.stream { tries += 1 }
        #expect(tries == 1)
    }
}

extension AgentStore {
    /// As if the disk were full.
    fileprivate func refuseOutcomes() throws {
        try database.run(
            "CREATE TRIGGER full BEFORE INSERT ON entry_result BEGIN SELECT RAISE(ABORT, 'full'); END")
    }
}
