import AgentPlugins
import Foundation
import Glibc
import PluginPackage
import PluginTestBench
import Testing

@testable import AgentCore

/// What the agent does while it is root, with data that the user's core wrote, which may have been taken over.
@Suite(.tags(.R23), .enabled(if: geteuid() == 0, "what root does needs root")) struct PrivilegesTests {
    private let directory: TemporaryDirectory
    private var folder: String { directory.path }
    private var data: String { folder + "/new/data" }

    init() throws {
        directory = try TemporaryDirectory()
        // Others may pass it, as they may the temporary folder itself.
        try #require(chmod(folder, 0o755) == 0)
    }

    private func configuration(_ user: String = "nobody", _ more: String = "") throws -> AgentConfiguration {
        try AgentConfiguration.parse(
            Array("server: {host: localhost}\ndataDirectory: \(data)\nuser: \(user)\n\(more)".utf8), file: "agent.yaml")
    }

    private func keep(_ trust: String) async throws {
        try await AgentStore(path: data + "/agent.db").keep(trustText: trust)
    }

    private func status(_ path: String) throws -> stat {
        var status = stat()
        try #require(lstat(path, &status) == 0, "\(path)")
        return status
    }

    private let trust = #"{"serial":7,"grants":{"martlet.one":{"paths":["/etc"]}}}"#

    @Test func `what an agent that was root trusted is taken over`() async throws {
        try FileManager.default.createDirectory(atPath: data, withIntermediateDirectories: true)
        try await keep(trust)
        let configuration = try configuration()
        try Privileges.prepare(configuration)
        #expect(try RootTrust(configuration).statement()?.paths == ["martlet.one": ["/etc"]])
        #expect(try status(data + "/agent.db").st_uid == configuration.user?.uid)
    }

    /// A service manager may give the folder to root at each start, an owner may do it by hand.
    @Test func `what the user's core wrote into its database is never trusted, whoever has the folder by now`()
        async throws
    {
        let configuration = try configuration()
        try Privileges.prepare(configuration)
        #expect(try status(folder + "/new").st_mode & 0o777 == 0o755, "the user gets through it")
        try await keep(trust)
        for path in [data, data + "/agent.db"] { #expect(chown(path, 0, 0) == 0) }
        try Privileges.prepare(configuration)
        #expect(try RootTrust(configuration).statement() == nil)
        let (made, database) = (try status(data), try status(data + "/agent.db"))
        #expect(made.st_uid == 0 && made.st_gid == configuration.user?.gid && made.st_mode & 0o7777 == 0o1770)
        #expect(database.st_uid == configuration.user?.uid, "and it can go on")
        #expect(try status(data + "/privileged").st_uid == 0 && status(data + "/privileged/begun").st_uid == 0)
    }

    @Test func `another user gets the files of the one before, and no file that has another name elsewhere`()
        async throws
    {
        try Privileges.prepare(configuration("daemon"))
        try await keep(trust)
        let daemon = try #require(configuration("daemon").user)
        #expect(chown(data + "/agent.db", daemon.uid, daemon.gid) == 0)
        try "x".write(toFile: folder + "/elsewhere", atomically: false, encoding: .utf8)
        #expect(link(folder + "/elsewhere", data + "/linked") == 0)
        let configuration = try configuration()
        try Privileges.prepare(configuration)
        #expect(try status(data + "/agent.db").st_uid == configuration.user?.uid)
        #expect(try status(folder + "/elsewhere").st_uid == 0)
        // A backup that root put back, into a folder that is as it should be.
        #expect(chown(data + "/agent.db", 0, 0) == 0)
        try Privileges.prepare(configuration)
        #expect(try status(data + "/agent.db").st_uid == configuration.user?.uid)
    }

    @Test func `a data directory that another user may move away is refused, with the folder and what helps`() throws {
        let configuration = try configuration("nobody")
        #expect(mkdir(folder + "/new", 0o755) == 0 && chown(folder + "/new", 1, 1) == 0)
        let error = #expect(throws: RootPhaseError.self) { try Privileges.prepare(configuration) }
        #expect(error?.description.contains("chown root \(folder)/new") == true, "\(error.debugDescription)")
        #expect(chown(folder + "/new", 0, 0) == 0)
        try Privileges.prepare(configuration)
    }

    @Test func `what root's side took is not believed in a folder that is not its own`() throws {
        let configuration = try configuration("nobody")
        try Privileges.prepare(configuration)
        let privileged = data + "/privileged"
        let document = #"{"document": "{}", "signature": "00"}"#
        #expect(chown(privileged, 1, 1) == 0)
        let error = #expect(throws: (any Error).self) { try RootTrust(configuration).take(Array(document.utf8)) }
        #expect("\(error as Any)".contains("\(privileged) belongs to uid 1"), "\(error as Any)")
    }

    @Test func `a plugin is not given the agent's own user`() throws {
        let error = #expect(throws: (any Error).self) {
            try configuration("nobody", "grants: {one: {user: nobody}}\n")
        }
        #expect("\(try #require(error))".contains("expected a user other than the agent's own"))
        #expect(try configuration("nobody", "grants: {one: {user: daemon}}\n").userGrants.keys.sorted() == ["one"])
    }

    @Test func `a folder that others may change is named, one with the sticky bit is not`() throws {
        try FileManager.default.createDirectory(atPath: data, withIntermediateDirectories: true)
        let file = data + "/program"
        #expect(chmod(data, 0o755) == 0 && chmod(folder + "/new", 0o755) == 0)
        #expect(!RootPhase.doubtfulFolders(above: file).contains { $0.hasPrefix(folder) })
        #expect(chown(data, 1, 1) == 0)
        #expect(RootPhase.doubtfulFolders(above: file).contains(data))
        #expect(chown(data, 0, 0) == 0 && chmod(folder + "/new", 0o777) == 0)
        #expect(RootPhase.doubtfulFolders(above: file).filter { $0.hasPrefix(folder) } == [folder + "/new"])
        let error = #expect(throws: RootPhaseError.self) { try RootPhase.assertRootsFolders(above: file) }
        #expect(error?.description.contains("chmod go-w \(folder)/new") == true, "\(error.debugDescription)")
        #expect(chmod(folder + "/new", 0o1777) == 0)
        #expect(!RootPhase.doubtfulFolders(above: file).contains { $0.hasPrefix(folder) })
    }
}
