import AgentCore
import Foundation
import PluginTestBench
import Testing

@Suite struct EnrollmentTokenFileTests {
    private let directory: TemporaryDirectory

    init() throws { directory = try TemporaryDirectory() }

    private func file(_ text: String, mode: Int = 0o600) throws -> String {
        let path = "\(directory.path)/token-\(UUID().uuidString)"
        try Data(text.utf8).write(to: URL(fileURLWithPath: path))
        try FileManager.default.setAttributes([.posixPermissions: mode], ofItemAtPath: path)
        return path
    }

    @Test func `the first word is the token, and no file is none`() throws {
        #expect(try EnrollmentTokenFile(file(" mt_enroll_x \n# mine\n")).read() == "mt_enroll_x")
        #expect(try EnrollmentTokenFile("/nonexistent/token").read() == nil)
    }

    @Test(arguments: [0o644, 0o640, 0o604, 0o620, 0o700 | 0o001])
    func `a file that others can reach is refused, with its mode`(mode: Int) throws {
        let file = EnrollmentTokenFile(try self.file("mt_enroll_x", mode: mode))
        let error = #expect(throws: (any Error).self) { try file.read() }
        #expect("\(try #require(error))".contains("expected mode 0600, got 0\(String(mode, radix: 8))"))
    }

    @Test func `an empty file, a folder, a link and too much are refused`() throws {
        #expect(throws: (any Error).self) { try EnrollmentTokenFile(file(" \n")).read() }
        #expect(throws: (any Error).self) { try EnrollmentTokenFile(directory.path).read() }
        let link = directory.path + "/link"
        try FileManager.default.createSymbolicLink(atPath: link, withDestinationPath: file("mt_enroll_x"))
        #expect(throws: (any Error).self) { try EnrollmentTokenFile(link).read() }
        #expect(throws: (any Error).self) { try EnrollmentTokenFile(link).erase() }
        let long = String(repeating: "x", count: EnrollmentTokenFile.maximumBytes + 1)
        #expect(throws: (any Error).self) { try EnrollmentTokenFile(file(long)).read() }
    }

    @Test func `what was erased is gone, also from the place where it was`() throws {
        let path = try file("mt_enroll_x\n")
        let other = path + "-other-name"
        try FileManager.default.linkItem(atPath: path, toPath: other)
        #expect(try EnrollmentTokenFile(path).erase())
        #expect(!FileManager.default.fileExists(atPath: path))
        #expect(try Data(contentsOf: URL(fileURLWithPath: other)).allSatisfy { $0 == 0 })
        #expect(try !EnrollmentTokenFile(path).erase())
    }
}
