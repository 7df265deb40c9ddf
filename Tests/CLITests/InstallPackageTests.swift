import Foundation
import PluginTestBench
import Testing

@testable import CLI

@Suite struct InstallPackageTests {
    private let directory: TemporaryDirectory

    init() throws { directory = try TemporaryDirectory() }

    /// A folder with the files of an agent; the programs are headers of programs.
    private func files(machine: UInt8 = 0x3E) throws -> URL {
        let folder = URL(filePath: directory.path).appending(path: "files-\(UUID().uuidString)")
        try FileManager.default.createDirectory(
            at: folder.appending(path: "debian"), withIntermediateDirectories: true)
        for name in AgentFiles.needed { try Data("x\n".utf8).write(to: folder.appending(path: name)) }
        var header: [UInt8] = [0x7F, 0x45, 0x4C, 0x46, 2, 1, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 3, 0, machine, 0]
        header += [UInt8](repeating: 0, count: 44)
        try Data(header).write(to: folder.appending(path: "martlet-agent"))
        try Data("0.1.0\n".utf8).write(to: folder.appending(path: "version"))
        try Data("libc6 (>= 2.34), zlib1g\n".utf8).write(to: folder.appending(path: "depends"))
        return folder
    }

    private func package(token: String? = nil) throws -> InstallPackage {
        InstallPackage(
            files: try AgentFiles(directory: files()), plugins: [], address: try #require(AgentAddress("[::1]:13001")),
            rootCertificate: "PEM\n", trustDomain: "a \"quoted\" domain", group: "root/web", revision: 3, token: token)
    }

    @Test(arguments: [
        ("martlet.example.com", "martlet.example.com", 13_000), ("10.0.0.1:99", "10.0.0.1", 99),
        ("[2001:db8::1]", "2001:db8::1", 13_000), ("[::1]:1", "::1", 1),
    ])
    func `an address has the usual port unless it names one`(text: String, host: String, port: Int) {
        #expect(AgentAddress(text)?.host == host && AgentAddress(text)?.port == port)
    }

    @Test(arguments: ["", ":1", "a:0", "a:65536", "a b", "2001:db8::1", "https://a", "[", "[]", "a:"])
    func `what is no address is refused`(text: String) { #expect(AgentAddress(text) == nil) }

    @Test func `the package is for the agent's processor, and of its version and revision`() throws {
        let package = try self.package()
        #expect(package.fileName == "martlet-agent_0.1.0-3_amd64.deb")
        #expect(try AgentFiles(directory: files(machine: 0xB7)).architecture == "arm64")
        let control = try #require(package.control.first { $0.path == "control" })
        guard case .text(let text) = control.source else { throw CLIError(.failed, "expected a text") }
        #expect(text.contains("Depends: libc6 (>= 2.34), zlib1g, init-system-helpers"))
        #expect(text.contains("Architecture: amd64\n") && text.hasSuffix("\n"))
    }

    @Test func `files that are not an agent's are refused, naming what is wrong`() throws {
        let folder = try files(machine: 0x63)
        #expect(throws: CLIError.self) { try AgentFiles(directory: folder) }
        try FileManager.default.removeItem(at: folder.appending(path: "debian/prerm"))
        let error = #expect(throws: CLIError.self) { try AgentFiles(directory: folder) }
        #expect(error?.message.contains("debian/prerm") == true)
        let other = try files()
        try Data("one\ntwo\n".utf8).write(to: other.appending(path: "version"))
        #expect(throws: CLIError.self) { try AgentFiles(directory: other) }
    }

    @Test func `a token is for root alone, and in nothing else of the package`() throws {
        let package = try self.package(token: "mt_enroll_secret")
        let token = try #require(package.entries.first { $0.path == InstallPackage.tokenPath })
        #expect(token.mode == 0o600 && token.source == .text("mt_enroll_secret\n"))
        for entry in package.entries + package.control where entry.path != token.path {
            if case .text(let text) = entry.source { #expect(!text.contains("mt_enroll")) }
        }
        #expect(try !self.package().entries.contains { $0.path == InstallPackage.tokenPath })
    }

    @Test func `what an operator gave cannot break out of the agent's configuration`() throws {
        let entry = try #require(try self.package().entries.first { $0.path == "etc/martlet/agent.yaml" })
        guard case .text(let text) = entry.source else { throw CLIError(.failed, "expected a text") }
        #expect(text.contains("trustDomain: \"a \\\"quoted\\\" domain\"\n"))
        #expect(text.contains("host: \"::1\"\n  port: 13001\n"))
    }
}
