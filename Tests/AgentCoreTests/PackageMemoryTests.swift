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
@Suite(.tags(.R24), .timeLimit(.minutes(1))) struct PackageMemoryTests {
    private static let plugin = "com.example.cache"
    private static let offer = PackageOffer(version: "2", digest: [UInt8](repeating: 2, count: 32))
    private static let now: Int64 = 1_800_000_000_000_000
    private let directory: TemporaryDirectory
    private let store: AgentStore

    /// No plugin is there, and none is started; what is to be is counted.
    private final class NoPlugins: PackagedPlugins {
        let replaced = AsyncStream.makeStream(of: String.self)
        let removed = Mutex(0)

        func replace(_ plugin: InstalledPlugin) async { replaced.continuation.yield(plugin.manifest.version) }
        func remove(_ plugin: String) async { removed.withLock { $0 += 1 } }
        func plugin(withUserOf id: String) async -> String? { nil }
        func version(of plugin: String) async -> String? { nil }
        func report(of plugin: String) async -> ApplicationReport? { nil }
    }

    /// The agent's surroundings: a clock that stands, what is begun now and later, and how often a connection was wanted.
    private final class Surroundings: Sendable {
        let clock = Mutex(PackageMemoryTests.now)
        let asked = Mutex(0)
        let begun = Mutex(0)
        private let pauses = AsyncStream.makeStream(of: Int64.self)

        var environment: AgentEnvironment {
            AgentEnvironment(
                now: { self.clock.withLock { $0 } }, identifier: { Identifier.make(now: $0) },
                start: { delay, work in
                    guard delay > 0 else {
                        self.begun.withLock { $0 += 1 }
                        return Task { await work() }
                    }
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

    private func installer(
        _ surroundings: Surroundings = Surroundings(), plugins: NoPlugins = NoPlugins(), trusted: Int64 = 0
    ) -> PackageInstaller {
        let logger = Logger(label: "test", factory: { _ in SwiftLogNoOpLogHandler() })
        return PackageInstaller(
            store: store, dataDirectory: directory.path,
            trust: TrustKeeper(
                store: store, anchorPaths: [], grants: GrantBook(),
                rootsPath: directory.path + "/roots.pem", rootsChanged: {}, logger: logger), plugins: plugins,
            connector: {
                surroundings.asked.withLock { $0 += 1 }
                throw AgentError("no server")
            },
            say: { _ in }, changed: { _ in }, time: TrustedTime(known: trusted) { surroundings.clock.withLock { $0 } },
            logger: logger,
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

    @Test func `a device whose clock begins in 1970 waits as long as another`() async throws {
        try await remember { package in
            for _ in 1...DevicePackage.mostSpoiled { package.spoil("rotten", now: Self.now, random: 0) }
        }
        let surroundings = Surroundings()
        surroundings.clock.withLock { $0 = 0 }
        let installer = installer(surroundings, trusted: Self.now)
        _ = try await installer.begin()
        await installer.want([Self.plugin: Self.offer], hash: [])
        #expect(await surroundings.pause() == DevicePackage.firstPatience / 2)
        #expect(surroundings.asked.withLock { $0 } == 0)
    }

    @Test func `an offer that is said again is no reason to try sooner what waits`() async throws {
        let surroundings = Surroundings()
        let installer = installer(surroundings)
        _ = try await installer.begin()
        await installer.want([Self.plugin: Self.offer], hash: [])
        #expect(await surroundings.pause() != nil)
        #expect(surroundings.begun.withLock { $0 } == 1)
        await installer.want([Self.plugin: Self.offer], hash: [])
        #expect(surroundings.begun.withLock { $0 } == 1)
        var renewed = Self.offer
        renewed.renewed = 7
        await installer.want([Self.plugin: renewed], hash: [])
        #expect(await surroundings.pause() != nil)
        #expect(surroundings.begun.withLock { $0 } == 2)
    }

    /// The manifest of what is installed: one that cannot be read for now (it gives EIO), or one that can.
    private func install(isReadable: Bool) throws {
        let folder = "\(directory.path)/packages/installed/\(Self.plugin)/\(Digest.hex(Self.offer.digest))"
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        let manifest = folder + "/plugin.yaml"
        try? FileManager.default.removeItem(atPath: manifest)
        guard isReadable else {
            return try FileManager.default.createSymbolicLink(atPath: manifest, withDestinationPath: "/proc/self/mem")
        }
        let text = """
            id: \(Self.plugin)
            name: Cache
            vendor: Example
            version: "2"
            abi: {major: 1, minor: 0}
            library: plugin.so

            """
        try text.write(toFile: manifest, atomically: true, encoding: .utf8)
    }

    @Test func `what cannot be read for a moment is not forgotten, and runs once it can be`() async throws {
        try await remember { $0.settle(Self.offer) }
        try install(isReadable: false)
        let (surroundings, plugins) = (Surroundings(), NoPlugins())
        let installer = installer(surroundings, plugins: plugins)
        #expect(try await installer.begin().isEmpty)
        await installer.want([Self.plugin: Self.offer], hash: [])
        #expect(await surroundings.pause() != nil, "it is looked at again after a while")
        #expect(await installer.statuses()?.packages[Self.plugin]?.agentHasVersion == "2")
        #expect(surroundings.asked.withLock { $0 } == 0 && plugins.removed.withLock { $0 } == 0)
        try install(isReadable: true)
        await installer.due()
        var replaced = plugins.replaced.stream.makeAsyncIterator()
        #expect(await replaced.next() == "2")
    }

    @Test
    func `what was tried last does not run on where the version before cannot be read, which runs once it can be`()
        async throws
    {
        try await remember { $0.settle(Self.offer) }
        try install(isReadable: false)
        let (surroundings, plugins) = (Surroundings(), NoPlugins())
        let installer = installer(surroundings, plugins: plugins)
        _ = try await installer.begin()
        await installer.tried([9], of: Self.plugin)
        #expect(await !installer.restore(Self.plugin))
        #expect(await !installer.restore(Self.plugin))
        #expect(plugins.removed.withLock { $0 } == 1)
        try install(isReadable: true)
        await installer.want([Self.plugin: Self.offer], hash: [])
        var replaced = plugins.replaced.stream.makeAsyncIterator()
        #expect(await replaced.next() == "2")
    }

    @Test func `what is damaged is forgotten`() async throws {
        try await remember { $0.settle(Self.offer) }
        let installer = installer()
        #expect(try await installer.begin().isEmpty)
        #expect(await installer.statuses()?.packages[Self.plugin]?.agentHasVersion == "")
    }
}

extension PackageInstaller {
    /// As if this package's process ran.
    fileprivate func tried(_ digest: [UInt8], of plugin: String) { running[plugin] = digest }
}
