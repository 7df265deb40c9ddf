import DesiredState
import Foundation
import TestStage
import Testing

/// What a device cannot have, however often it asks: it stops asking, says so, and notices when that has changed.
extension PackageFaultTests {
    /// A server that trusts a vendor.
    private func begin() async throws -> (Stage, StageServer, StageVendor) {
        let stage = try Stage(plugins: [])
        let server = try await stage.server()
        let vendor = try await StageVendor(stage)
        try await vendor.trust(server, serial: 1)
        return (stage, server, vendor)
    }

    /// Damages the server's file of a package; returns where it is.
    private func damage(_ package: String, _ stage: Stage) throws -> (path: URL, bytes: Data) {
        let bytes = try Data(contentsOf: URL(fileURLWithPath: package))
        let kept = URL(fileURLWithPath: stage.path("server/packages/\(Digest.hex(Digest.sha256(Array(bytes))))"))
        var damaged = bytes
        damaged[damaged.count / 2] ^= 1
        try damaged.write(to: kept)
        return (kept, bytes)
    }

    private func fetches(_ agent: StageAgent) -> Int {
        agent.process.text.split(separator: "\n").filter { $0.contains("what came is not the package") }.count
    }

    @Test
    func `a file that is damaged at the server is fetched again soon, and is not the package's fault`() async throws {
        let (stage, server, vendor) = try await begin()
        let (kept, bytes) = try damage(try await vendor.release(server, version: "1.0.0"), stage)
        let agent = try await join(server)
        try await server.apply(Self.manifest("1.0.0"))
        try await eventually("it is fetched twice\n\(agent.process.text.suffix(3_000))", within: 90) {
            fetches(agent) >= 2
        }
        try bytes.write(to: kept)
        try await becomes("installed", "1.0.0", server, agent)
        #expect(try await server.events(type: "plugin.install.failed").isEmpty)
    }

    @Test func `a package that is larger than one may be is given up in the same way`() async throws {
        let (stage, server, vendor) = try await begin()
        let package = try await vendor.release(server, version: "1.0.0")
        let database = StageDatabase(path: stage.path("server/martlet.db"))
        let size = try database.number("SELECT size FROM packages")
        try database.change("UPDATE packages SET size = 300000000")
        let agent = try await join(server)
        try await server.apply(Self.manifest("1.0.0"))
        try await becomes("failed", "", server, agent)
        let reason = try await status(server)?["reason"]?.stringValue ?? ""
        #expect(reason.contains("has 300000000 bytes, the limit is"), "\(reason)")
        #expect(fetches(agent) == 4)
        try database.change("UPDATE packages SET size = \(size)")
        try await server.operate("plugin", "push", package)
        try await becomes("installed", "1.0.0", server, agent)
    }

    @Test func `a version that needs another interface is not fetched at each start of the agent`() async throws {
        let (stage, server, vendor) = try await begin()
        try stage.write(
            "later.c",
            """
            #include <martlet/martlet.h>
            static const martlet_module module = {MARTLET_MODULE_MAGIC, sizeof module, 1, 9, 9};
            const martlet_module *martlet_module_v1(void) { return &module; }
            """)
        let include = Products.root.appendingPathComponent("Sources/MartletABI/include").path
        try await Outcome.of(
            URL(fileURLWithPath: "/usr/bin/env"),
            ["clang", "-w", "-shared", "-fPIC", "-I", include, "-o", stage.path("later.so"), stage.path("later.c")]
        ).expect(0)
        var later = StagePlugin.fixture
        later.file = URL(fileURLWithPath: stage.path("later.so"))
        _ = try await vendor.release(server, later, version: "1.0.0")
        _ = try await vendor.release(server, version: "2.0.0")
        var agent = try await join(server)
        try await server.apply(Self.manifest("1.0.0"))
        try await becomes("failed", "", server, agent)
        let reason = try await status(server)?["reason"]?.stringValue ?? ""
        #expect(reason.contains("interface version 1.9"), "\(reason)")
        agent = try await agent.restart()
        try await agent.synchronised()
        #expect(try await status(server)?["status"] == "failed")
        // One after the other: what would have been begun before is over by now.
        try await server.apply(Self.manifest("2.0.0"))
        try await becomes("installed", "2.0.0", server, agent)
        #expect(try await server.events(type: "plugin.install.failed").count == 1)
    }

    @Test
    func `a file that stays damaged is fetched no more for hours, also after a restart, unless it is pushed again`()
        async throws
    {
        let (stage, server, vendor) = try await begin()
        let package = try await vendor.release(server, version: "1.0.0")
        _ = try damage(package, stage)
        var agent = try await join(server)
        try await server.apply(Self.manifest("1.0.0"))
        try await becomes("failed", "", server, agent)
        #expect(fetches(agent) == 4)
        let reason = try await status(server)?["reason"]?.stringValue ?? ""
        #expect(reason.contains("what came has SHA-256") && reason.contains("4 times"), "\(reason)")
        #expect(try await server.events(type: "plugin.install.failed").count == 1)
        agent = try await agent.restart()
        try await agent.synchronised()
        try await server.operate("sync", "web1", "--wait")
        #expect(try await status(server)?["status"] == "failed")
        try await server.operate("plugin", "push", package)
        try await becomes("installed", "1.0.0", server, agent)
        #expect(fetches(agent) == 4, "none since, and all of it is in one log")
        #expect(try await server.events(type: "plugin.install.failed").count == 1)
    }

    @Test func `a push that mends the server's file is news, also where no device said that it failed`() async throws {
        let (stage, server, vendor) = try await begin()
        let package = try await vendor.release(server, version: "1.0.0")
        let database = StageDatabase(path: stage.path("server/martlet.db"))
        let renewed = "SELECT count(*) FROM published_packages WHERE renewed_at IS NOT NULL"
        try await server.operate("plugin", "push", package)
        #expect(try database.number(renewed) == 0, "nothing was wrong")
        let (kept, bytes) = try damage(package, stage)
        try await server.operate("plugin", "push", package)
        #expect(try database.number(renewed) == 1)
        #expect(try Data(contentsOf: kept) == bytes)
    }

    @Test func `a version that cannot be unpacked as it should leaves the process of the one before alone`()
        async throws
    {
        let (stage, server, vendor) = try await begin()
        _ = try await vendor.release(server, version: "1.0.0")
        let next = try await vendor.release(server, version: "2.0.0")
        let agent = try await join(server)
        try await server.apply(Self.manifest("1.0.0"))
        try await becomes("installed", "1.0.0", server, agent)
        let before = try await agent.plugin("martlet.fixture")["pid"]
        // Whose folder everybody may write is not trusted, until somebody sees to that.
        let digest = Digest.hex(Digest.sha256([UInt8](try Data(contentsOf: URL(fileURLWithPath: next)))))
        let folder = stage.path("web1/packages/installed/martlet.fixture/\(digest)")
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: false)
        try FileManager.default.setAttributes([.posixPermissions: 0o777], ofItemAtPath: folder)
        try await server.apply(Self.manifest("2.0.0"))
        try await eventually("it waits\n\(agent.process.text.suffix(3_000))", within: 60) {
            let reason = try await status(server)?["reason"]?.stringValue ?? ""
            return reason.contains("nobody else may write it")
        }
        #expect(try await agent.plugin("martlet.fixture")["pid"] == before)
        try FileManager.default.setAttributes([.posixPermissions: 0o700], ofItemAtPath: folder)
        try await becomes("installed", "2.0.0", server, agent)
    }
}
