import AgentPlugins
import DesiredState
import DeviceProtocol
import Foundation
import Logging
import OpAMP
import PluginPackage
import PluginTestBench
import Synchronization
import Testing

@testable import AgentCore

/// What a device remembers of packages when its agent starts anew.
@Suite(.tags(.R24)) struct PackageMemoryTests {
    private static let plugin = "com.example.cache"
    private static let offer = PackageOffer(version: "2", digest: [UInt8](repeating: 2, count: 32))
    private static let now: Int64 = 1_800_000_000_000_000
    private let directory: TemporaryDirectory
    private let store: AgentStore

    /// No plugin is there, and none is started.
    private struct NoPlugins: PackagedPlugins {
        func replace(_ plugin: InstalledPlugin) async {}
        func remove(_ plugin: String) async {}
        func plugin(withUserOf id: String) async -> String? { nil }
        func version(of plugin: String) async -> String? { nil }
        func report(of plugin: String) async -> ApplicationReport? { nil }
    }

    /// The agent's surroundings: a clock that stands, what is begun later, and how often a connection was wanted.
    private final class Surroundings: Sendable {
        let clock = Mutex(PackageMemoryTests.now)
        let asked = Mutex(0)
        private let pauses = AsyncStream.makeStream(of: Int64.self)

        var environment: AgentEnvironment {
            AgentEnvironment(
                now: { self.clock.withLock { $0 } }, identifier: { Identifier.make(now: $0) },
                start: { delay, work in
                    guard delay > 0 else { return Task { await work() } }
                    self.pauses.continuation.yield(delay)
                    return Task {}
                })
        }

        /// The next pause that the agent makes, in µs.
        func pause() async -> Int64? {
            for await pause in pauses.stream { return pause }
            return nil
        }
    }

    init() throws {
        directory = try TemporaryDirectory()
        store = try AgentStore(path: directory.path + "/agent.db")
    }

    private func installer(_ surroundings: Surroundings = Surroundings()) -> PackageInstaller {
        let logger = Logger(label: "test", factory: { _ in SwiftLogNoOpLogHandler() })
        return PackageInstaller(
            store: store, dataDirectory: directory.path,
            trust: TrustKeeper(
                store: store, anchorPaths: [], grants: GrantBook(),
                rootsPath: directory.path + "/roots.pem", rootsChanged: {}, logger: logger), plugins: NoPlugins(),
            connector: {
                surroundings.asked.withLock { $0 += 1 }
                throw AgentError("no server")
            },
            say: { _ in }, changed: { _ in }, time: TrustedTime(known: 0), logger: logger,
            environment: surroundings.environment)
    }

    private func remember(_ body: (inout DevicePackage) -> Void) async throws {
        var package = DevicePackage(plugin: Self.plugin)
        package.take(Self.offer, signature: [1])
        body(&package)
        try await store.keep(package)
    }

    private func status() async throws -> OpAMPPackageStatusEnum? {
        let installer = installer()
        _ = try await installer.begin()
        return await installer.statuses()?.packages[Self.plugin]?.status
    }

    @Test func `all that is known of a package is there again`() async throws {
        var package = DevicePackage(plugin: Self.plugin)
        var offer = Self.offer
        offer.renewed = 77
        package.take(offer, signature: [1])
        package.fail([UInt8](repeating: 9, count: 32), "no interface", until: .agent("0.0.9, interface 1.0"))
        package.spoil("rotten", now: 5, random: 0)
        package.tryOnce()
        (package.lost, package.notBefore, package.highest) = (3, 99, "1.9")
        try await store.keep(package)
        #expect(try await store.packages() == [package])
    }

    @Test func `a version that needs another interface is looked at again by another agent only`() async throws {
        try await remember { $0.fail(Self.offer.digest, "no interface", until: .agent(AgentVersion.interface)) }
        #expect(try await status() == .installFailed, "failed")
        try await remember { $0.fail(Self.offer.digest, "no interface", until: .agent("0.0.9, interface 1.0")) }
        #expect(try await status() == .installPending, "pending")
        try await remember { $0.fail(Self.offer.digest, "a signer of the future", until: .trust) }
        #expect(try await status() == .installPending, "the clock may be right by now")
        try await remember { $0.fail(Self.offer.digest, "it crashed") }
        #expect(try await status() == .installFailed)
    }

    @Test func `who waits for a server's damaged file waits after a restart and another contact, and then asks`()
        async throws
    {
        try await remember { package in
            for _ in 1...DevicePackage.mostSpoiled { package.spoil("rotten", now: Self.now, random: 0) }
        }
        let surroundings = Surroundings()
        let installer = installer(surroundings)
        _ = try await installer.begin()
        await installer.want([Self.plugin: Self.offer], hash: [])
        #expect(await surroundings.pause() == DevicePackage.firstPatience / 2)
        #expect(surroundings.asked.withLock { $0 } == 0)
        surroundings.clock.withLock { $0 += DevicePackage.firstPatience / 2 }
        await installer.due()
        #expect(await surroundings.pause() != nil)
        #expect(surroundings.asked.withLock { $0 } == 1)
    }
}
