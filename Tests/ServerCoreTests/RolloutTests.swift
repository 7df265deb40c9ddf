import DesiredState
import DeviceProtocol
import Foundation
import Manifests
import OpAMP
import PluginPackage
import ServerCore
import ServerStore
import Testing

/// Which devices are offered what, and when a rollout stops by itself.
@Suite(.tags(.R24)) struct RolloutTests {
    private static func digest(_ number: UInt8) -> [UInt8] { [UInt8](repeating: number, count: 32) }

    /// A package as if it had been pushed: what is in it matters to devices alone.
    private func push(_ server: TestServer, _ version: String, _ number: UInt8) async throws {
        try await server.store.write { transaction in
            try transaction.execute(
                """
                INSERT INTO packages (digest, application, version, size, architectures, manifest, signature, signer,
                    created_at, created_by) VALUES ($1, 'martlet.clamav', $2, 10, 'x86_64', '', $3, 'CN=x', 1, 'test')
                """, [.blob(Self.digest(number)), .text(version), .blob([1, 2, 3])])
        }
    }

    private func deploy(
        _ server: TestServer, _ version: String, rollout: String = "{}", group: String = "root", name: String = "clamav"
    ) async throws {
        let text = """
            apiVersion: martlet/v1
            kind: PluginPackage
            metadata: {name: \(name)}
            spec: {application: martlet.clamav, version: "\(version)", group: \(group), rollout: \(rollout)}
            """
        _ = try await server.declarations.apply(
            ManifestDecoder.decode(text, file: "m.yaml"), ApplyRequest(confirmedDevices: 1_000), by: TestServer.admin)
    }

    private func offers(_ server: TestServer) async throws -> [DeviceUID: PackageOffer] {
        let rows = try await server.store.read {
            try $0.query("SELECT device_uid, body FROM device_entries WHERE entry = 'martlet.packages'")
        }
        return try rows.reduce(into: [:]) { offers, row in
            let packages = try DeviceDocument.packages(JSONValue(parsing: row.text("body")))
            if let uid = DeviceUID(try row.blob("device_uid")) { offers[uid] = packages["martlet.clamav"] }
        }
    }

    @Test func `a share of the devices is reached, always the same ones, and the others keep what they had`()
        async throws
    {
        try await TestServer.run { server in
            for _ in 0..<200 { _ = try await server.addDevice() }
            try await push(server, "1.0.0", 1)
            try await push(server, "2.0.0", 2)
            try await deploy(server, "1.0.0", rollout: "{percent: 10}")
            let first = try await offers(server)
            #expect((5...40).contains(first.count), "\(first.count) of 200 are about a tenth")
            try await deploy(server, "1.0.0", rollout: "{percent: 40}")
            let more = try await offers(server)
            #expect(Set(first.keys).isSubset(of: more.keys) && (50...110).contains(more.count))
            try await deploy(server, "1.0.0")
            #expect(try await offers(server).count == 200)
            try await deploy(server, "2.0.0", rollout: "{percent: 20}")
            let mixed = try await offers(server)
            let reached = mixed.filter { $0.value.version == "2.0.0" }.count
            #expect((15...70).contains(reached) && mixed.count == 200)
            #expect(mixed.values.allSatisfy { $0.version == "2.0.0" || $0.digest == Self.digest(1) })
            // Of a rollout that did not get to all, those who were not reached keep what came before it.
            try await push(server, "2.0.1", 3)
            try await deploy(server, "2.0.1", rollout: "{percent: 0}")
            #expect(try await offers(server).values.allSatisfy { $0.version == "1.0.0" })
            try await deploy(server, "2.0.1", rollout: "{percent: 50, paused: true}")
            let held = try await offers(server).values.filter { $0.version == "2.0.1" }
            #expect(!held.isEmpty && held.allSatisfy(\.isHeld))
        }
    }

    @Test func `a rollout halts by itself when enough devices failed, and goes on when it is changed`() async throws {
        try await TestServer.run { server in
            var devices: [TestDevice] = []
            for _ in 0..<6 { devices.append(TestDevice(server, try await server.addDevice())) }
            try await push(server, "1.0.0", 1)
            try await deploy(server, "1.0.0", rollout: "{haltAfterFailures: 3}")
            func fail(_ index: Int) async throws {
                _ = try await devices[index].exchange { message, _ in
                    var status = OpAMPPackageStatus()
                    status.name = "martlet.clamav"
                    status.serverOfferedHash = Data(Self.digest(1))
                    status.serverOfferedVersion = "1.0.0"
                    status.status = .installFailed
                    status.errorMessage = "its process ended"
                    message.packageStatuses.packages["martlet.clamav"] = status
                }
            }
            try await fail(0)
            try await fail(0)
            try await fail(1)
            #expect(
                try await server.queries.rollout("clamav").haltedAt == nil,
                "two devices are two, however often they say it")
            try await fail(2)
            let halted = try await server.queries.rollout("clamav")
            #expect(halted.haltedAt != nil && halted.haltReason == "3 devices failed to take martlet.clamav 1.0.0")
            #expect(halted.devices.filter { $0.status == 3 }.count == 3)
            try await server.declarations.refresh()
            #expect(try await offers(server).values.allSatisfy(\.isHeld))
            #expect(try await server.count("events WHERE type = 'rollout.halted'") == 1)
            try await deploy(server, "1.0.0", rollout: "{haltAfterFailures: 5}")
            #expect(try await server.queries.rollout("clamav").haltedAt == nil)
            #expect(try await offers(server).values.allSatisfy { !$0.isHeld })
        }
    }

    @Test func `who failed before a package was brought anew has not failed to take it since`() async throws {
        try await TestServer.run { server in
            var devices: [TestDevice] = []
            for _ in 0..<4 { devices.append(TestDevice(server, try await server.addDevice())) }
            try await push(server, "1.0.0", 1)
            try await deploy(server, "1.0.0", rollout: "{haltAfterFailures: 2}")
            func fail(_ index: Int) async throws {
                server.clock.advance(seconds: 1)
                _ = try await devices[index].exchange { message, _ in
                    var status = OpAMPPackageStatus()
                    status.name = "martlet.clamav"
                    status.serverOfferedHash = Data(Self.digest(1))
                    status.status = .installFailed
                    message.packageStatuses.packages["martlet.clamav"] = status
                }
            }
            try await fail(0)
            server.clock.advance(seconds: 1)
            let now = server.clock.now
            try await server.store.write {
                try $0.execute(
                    """
                    INSERT INTO published_packages (application, version, digest, published_at, renewed_at)
                    VALUES ('martlet.clamav', '1.0.0', $1, 1, $2)
                    """, [.blob(Self.digest(1)), .integer(now)])
            }
            try await fail(1)
            #expect(try await server.queries.rollout("clamav").haltedAt == nil)
            try await fail(2)
            #expect(try await server.queries.rollout("clamav").haltReason.hasPrefix("2 devices"))
        }
    }

    /// A device as far as packages go: it takes what it is offered unless that is held or failed before.
    private struct SimulatedDevice {
        var device: TestDevice
        var has: (version: String, digest: [UInt8])?
        var failed: [UInt8]?
        var tried = 0

        /// One contact: takes offers, tries them, and tells what became of them. `isBad` says which package crashes.
        mutating func contact(isBad: ([UInt8]) -> Bool) async throws {
            let answer = try await device.exchange { _, _ in }.message
            guard answer.hasRemoteConfig, let offered = answer.packagesAvailable.packages["martlet.clamav"] else {
                return
            }
            let digest = Array(offered.hash)
            if !offered.file.downloadURL.isEmpty, digest != has?.digest, digest != failed {
                tried += 1
                if isBad(digest) { failed = digest } else { has = (offered.version, digest) }
            }
            let (present, lost) = (has, failed)
            _ = try await device.exchange { message, _ in
                var status = OpAMPPackageStatus()
                status.name = "martlet.clamav"
                status.agentHasVersion = present?.version ?? ""
                status.agentHasHash = Data(present?.digest ?? [])
                status.serverOfferedVersion = offered.version
                status.serverOfferedHash = offered.hash
                status.status =
                    digest == present?.digest ? .installed : digest == lost ? .installFailed : .installPending
                message.packageStatuses.packages["martlet.clamav"] = status
                message.remoteConfigStatus.lastRemoteConfigHash = answer.remoteConfig.configHash
                message.remoteConfigStatus.status = .applied
            }
        }
    }

    @Test func `of a fleet of 200 a bad version reaches a few, who go back, and no other begins with it`() async throws
    {
        try await TestServer.run { server in
            server.sync.whenRolloutHalts { try? await server.declarations.refresh() }
            var fleet: [SimulatedDevice] = []
            for _ in 0..<200 { fleet.append(SimulatedDevice(device: TestDevice(server, try await server.addDevice()))) }
            try await push(server, "1.0.0", 1)
            try await push(server, "2.0.0", 2)
            let isBad: ([UInt8]) -> Bool = { $0 == Self.digest(2) }
            try await deploy(server, "1.0.0")
            for index in fleet.indices { try await fleet[index].contact(isBad: isBad) }
            #expect(fleet.allSatisfy { $0.has?.version == "1.0.0" })
            #expect(try await server.queries.rollout("clamav").devices.filter { $0.status == 0 }.count == 200)
            try await deploy(server, "2.0.0", rollout: "{percent: 20, haltAfterFailures: 5}")
            for index in fleet.indices.shuffled() {
                try await fleet[index].contact(isBad: isBad)
                // What others were told of the halt they know at their next contact.
                try await server.declarations.refresh()
            }
            let tried = fleet.filter { $0.failed != nil }
            #expect(tried.count == 5, "\(tried.count) of 200 tried it")
            #expect(fleet.allSatisfy { $0.has?.version == "1.0.0" })
            let rollout = try await server.queries.rollout("clamav")
            #expect(rollout.haltedAt != nil && rollout.devices.filter { $0.status == 3 }.count == 5)
            for index in fleet.indices { try await fleet[index].contact(isBad: isBad) }
            #expect(fleet.allSatisfy { $0.tried <= 2 }, "nobody tries it twice")
            #expect(fleet.filter { $0.failed != nil }.count == 5)
        }
    }

    @Test func `a package nearer to the device counts, and an older version or one without a signature is refused`()
        async throws
    {
        try await TestServer.run { server in
            try await server.apply(
                "apiVersion: martlet/v1\nkind: Group\nmetadata: {name: labs}\nspec: {parent: root}\n")
            let (far, near) = (try await server.addDevice(), try await server.addDevice(group: "labs"))
            try await push(server, "1.0.0", 1)
            try await push(server, "2.0.0", 2)
            try await deploy(server, "1.0.0")
            try await deploy(server, "2.0.0", group: "root/labs", name: "clamav-labs")
            let both = try await offers(server)
            #expect(both[far]?.version == "1.0.0" && both[near]?.version == "2.0.0")
            await #expect(throws: CoreError.self) {
                try await deploy(server, "1.0.0", group: "root/labs", name: "clamav-labs")
            }
            await #expect(throws: CoreError.self, "one per group") {
                try await deploy(server, "2.0.0", name: "another")
            }
            await #expect(throws: CoreError.self, "never pushed") { try await deploy(server, "3.0.0") }
            try await server.store.write {
                try $0.execute(
                    "INSERT INTO packages SELECT x'33', application, '3.0.0', size, architectures, manifest, NULL, '', NULL, 1, 'test' FROM packages WHERE version = '1.0.0'"
                )
            }
            await #expect(throws: CoreError.self, "unsigned") { try await deploy(server, "3.0.0") }
            await #expect(throws: CoreError.self) {
                try await server.declarations.delete(.group, name: "labs", by: TestServer.admin)
            }
        }
    }

    @Test func `a rollout that begins in a nearer group leaves the others there what groups further away say`()
        async throws
    {
        try await TestServer.run { server in
            try await server.apply(
                "apiVersion: martlet/v1\nkind: Group\nmetadata: {name: labs}\nspec: {parent: root}\n")
            for _ in 0..<60 { _ = try await server.addDevice(group: "labs") }
            try await push(server, "1.0.0", 1)
            try await push(server, "2.0.0", 2)
            try await deploy(server, "1.0.0")
            try await deploy(server, "2.0.0", rollout: "{percent: 20}", group: "root/labs", name: "clamav-labs")
            let mixed = try await offers(server)
            #expect(mixed.count == 60, "nobody loses what it had")
            let reached = mixed.values.filter { $0.version == "2.0.0" }.count
            #expect((2...30).contains(reached))
        }
    }

    @Test func `a version that was paused is not what the others keep`() async throws {
        try await TestServer.run { server in
            for _ in 0..<60 { _ = try await server.addDevice() }
            for (version, number) in [("1.0.0", 1), ("1.1.0", 2), ("1.2.0", 3)] as [(String, UInt8)] {
                try await push(server, version, number)
            }
            try await deploy(server, "1.0.0")
            try await deploy(server, "1.1.0")
            try await deploy(server, "1.1.0", rollout: "{paused: true}")
            try await deploy(server, "1.2.0", rollout: "{percent: 10}")
            #expect(try await offers(server).values.allSatisfy { $0.version != "1.1.0" })
        }
    }

    @Test func `one device halts no rollout by what it says of others' names, or of what it was not offered`()
        async throws
    {
        try await TestServer.run { server in
            try await server.apply(
                "apiVersion: martlet/v1\nkind: Group\nmetadata: {name: labs}\nspec: {parent: root}\n")
            var liar = TestDevice(server, try await server.addDevice())
            _ = try await server.addDevice(group: "labs")
            try await push(server, "1.0.0", 1)
            try await deploy(server, "1.0.0", rollout: "{haltAfterFailures: 1}", group: "root/labs")
            _ = try await liar.exchange { message, _ in
                for name in ["martlet.clamav", "a.b", "../.."] {
                    message.packageStatuses.packages[name, default: OpAMPPackageStatus()].name = name
                    message.packageStatuses.packages[name, default: OpAMPPackageStatus()].serverOfferedHash = Data(
                        Self.digest(1))
                    message.packageStatuses.packages[name, default: OpAMPPackageStatus()].status = .installFailed
                }
            }
            #expect(try await server.queries.rollout("clamav").haltedAt == nil)
        }
    }

    @Test func `a device is told of packages in OpAMP's words, with a file only for what it may fetch`() async throws {
        try await TestServer.run { server in
            var device = TestDevice(server, try await server.addDevice())
            try await push(server, "1.0.0", 1)
            try await deploy(server, "1.0.0")
            let offered = try await device.exchange { _, _ in }.message
            #expect(offered.remoteConfig.config.configMap["martlet.packages"] == nil)
            let package = try #require(offered.packagesAvailable.packages["martlet.clamav"])
            #expect(package.version == "1.0.0" && Array(package.hash) == Self.digest(1))
            #expect(package.file.downloadURL == "/v1/packages/" + Digest.hex(Self.digest(1)))
            #expect(Array(package.file.signature) == [1, 2, 3])
            try await deploy(server, "1.0.0", rollout: "{paused: true}")
            let held = try await device.exchange { _, _ in }.message
            #expect(held.packagesAvailable.packages["martlet.clamav"]?.file.downloadURL == "")
        }
    }
}
