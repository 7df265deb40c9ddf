import DesiredState
import Foundation
import Glibc
import TestStage
import Testing

/// A real clamd and freshclam, managed by an agent that gave up root.
@Suite(.tags(.R23, .R24), .enabled(if: geteuid() == 0, "giving up root needs root"))
struct ManagedClamAVTests {
    /// MD5 of the clean file, which the mirror's signatures name.
    private static let md5OfClean = "31372e5e362ccc9ff20db7da333ee2f9"

    private let stage: Stage
    private var folder: String { stage.path("clamav") }
    private var configuration: String { folder + "/clamd.conf" }
    private var pidFile: String { folder + "/run/clamd.pid" }

    init() throws { stage = try Stage(plugins: []) }

    private func makeFiles() async throws {
        for name in ["db", "run", "files", "mirror"] {
            try FileManager.default.createDirectory(
                atPath: "\(folder)/\(name)", withIntermediateDirectories: true)
        }
        try stage.write(
            "clamav/clamd.conf",
            """
            # an administrator's file
            LocalSocket \(folder)/run/clamd.sock
            PidFile \(pidFile)
            DatabaseDirectory \(folder)/db
            LogFile \(folder)/run/clamd.log
            User clamav

            """)
        try stage.write(
            "clamav/freshclam.conf",
            """
            DatabaseDirectory \(folder)/db
            DatabaseOwner clamav
            UpdateLogFile \(folder)/run/freshclam.log
            DatabaseMirror 127.0.0.1
            DNSDatabaseInfo no
            DatabaseCustomURL file://\(folder)/mirror/new.hdb
            ExcludeDatabase main
            ExcludeDatabase daily
            ExcludeDatabase bytecode

            """)
        // In two parts, so that this source is not itself a find.
        try stage.write(
            "clamav/files/eicar.com",
            #"X5O!P%@AP[4\PZX54(P^)7CC)7}$EICAR-STANDARD-"# + "ANTIVIRUS-TEST-FILE!$H+H*")
        try stage.write("clamav/files/clean.txt", "nothing to see\n")
        try stage.write("clamav/db/local.hdb", "44d88612fea8a8f36de82e1278abb02f:68:Eicar-Test-Signature\n")
        try stage.write("clamav/mirror/new.hdb", "\(Self.md5OfClean):15:Test.Added\n")
        try await ManagedApplication.program(["/bin/chown", "-R", "clamav:clamav", folder + "/db", folder + "/run"])
    }

    private func join() async throws -> ManagedApplication {
        try await makeFiles()
        try StagePlugin(
            id: "martlet.clamav", library: "martlet-plugin-clamav", folder: "ClamAV",
            local: ["clamdConf": configuration, "freshclamConf": folder + "/freshclam.conf"]
        ).install(in: stage.pluginsDirectory, directory: stage.directory)
        let server = try await stage.server()
        let agent = try await StageAgent.join(
            server,
            extra: """
                directUnits:
                  clamav-daemon: {start: [/usr/sbin/clamd, -c, \(configuration)], pidFile: \(pidFile)}
                grants: {martlet.clamav: {user: clamav}}
                """, user: ManagedApplication.user)
        try await agent.synchronised()
        try await server.operate("set", "device", "web1", "--keep-connection", "on")
        try await server.operate("sync", "web1", "--wait")
        return ManagedApplication(server: server, agent: agent, plugin: "martlet.clamav")
    }

    private func threats(_ run: JSONValue) -> [String] {
        run["result"]?["threats"]?.arrayValue?.compactMap { $0["path"]?.stringValue }.sorted() ?? []
    }

    @Test func `clamd is started, configured, scans and gets signatures, for an agent without privilege`() async throws
    {
        let clamav = try await join()
        defer { ManagedApplication.end(pidFile) }
        let user = getpwnam("clamav")?.pointee.pw_uid
        #expect(try await ManagedApplication.user(of: clamav.host()) == user, "as its owner granted")
        try await clamav.control("start").expect(0)
        try await clamav.becomes("running")
        let first = try #require(ManagedApplication.pid(in: pidFile))
        #expect(try ManagedApplication.user(of: first) == user)

        // Written by root's side, as the file is root's; clamd takes it by a restart.
        try await clamav.apply("{detectPua: true, maxFileSizeMiB: 50, checkSeconds: 1}", becomes: "applied")
        let text = try String(contentsOfFile: configuration, encoding: .utf8)
        #expect(text.contains("# an administrator's file") && text.contains("MaxFileSize 50M"), "\(text)")
        var status = stat()
        #expect(stat(configuration, &status) == 0 && status.st_uid == 0)
        try await clamav.becomes("running")
        #expect(ManagedApplication.pid(in: pidFile) != first)

        let parameters = "{paths: [\(folder)/files]}"
        let scan = try await clamav.run("scan", parameters: parameters)
        #expect(scan["state"] == "succeeded" && threats(scan) == [folder + "/files/eicar.com"], "\(scan)")
        #expect(try await clamav.server.events(type: "threat.found").count == 1)
        // freshclam writes the signatures as the plugin's user.
        let update = try await clamav.run("update-database")
        #expect(update["state"] == "succeeded", "\(update)")
        #expect(stat(folder + "/db/new.hdb", &status) == 0 && status.st_uid == user)
        // clamd answers RELOAD before it has loaded.
        try await eventually("the new signatures find\n\(clamav.log)", within: 60) {
            let scan = try await clamav.run("scan", parameters: parameters)
            return threats(scan) == ["clean.txt", "eicar.com"].map { "\(folder)/files/\($0)" }
        }
        let last = try #require(ManagedApplication.pid(in: pidFile))
        try await clamav.control("stop").expect(0)
        try await clamav.becomes("stopped")
        #expect(ProcessState.isOver(last))
    }
}
