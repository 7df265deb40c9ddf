import ArgumentParser
import Foundation
import Testing

@testable import CLI

@Suite struct GlobalOptionsTests {
    @Test("global options may stand before the verb")
    func beforeVerb() throws {
        let moved = GlobalOptions.movedBehindVerb(["-o", "json", "--timeout=5s", "get", "devices", "--group", "web"])
        #expect(moved == ["get", "devices", "--group", "web", "-o", "json", "--timeout=5s"])
        let command = try #require(try Martlet.parseAsRoot(moved) as? GetDevices)
        #expect(command.options.output == .json && command.options.timeout.seconds == 5 && command.group == "web")
        #expect(GlobalOptions.movedBehindVerb(["--help"]) == ["--help"])
        #expect(GlobalOptions.movedBehindVerb(["-o", "json", "x", "--", "y"]) == ["x", "-o", "json", "--", "y"])
    }

    @Test("options override the context, and what is missing is asked for")
    func resolving() throws {
        try withTemporaryDirectory { directory in
            let path = directory.appending(path: "config.yaml").path
            var configuration = ClientConfiguration()
            configuration.contexts["home"] = ClientContext(server: "https://a:1", token: "t", rootCertificate: "/r.pem")
            configuration.currentContext = "home"
            try configuration.save(to: path)
            let parsed = try GlobalOptions.parse(["--server", "https://b:2"])
            #expect(
                try parsed.resolved(path: path)
                    == ClientContext(server: "https://b:2", token: "t", rootCertificate: "/r.pem"))
            let unknown = #expect(throws: CLIError.self) {
                try GlobalOptions.parse(["--context", "none"]).resolved(path: path)
            }
            #expect(unknown?.code == .notFound)
            let nothing = #expect(throws: CLIError.self) { try GlobalOptions.parse([]).resolved(path: path + ".none") }
            #expect(nothing?.code == .usage && nothing?.message.contains("martlet context set") == true)
            let noToken = #expect(throws: CLIError.self) {
                try GlobalOptions.parse(["--server", "https://a:1"]).resolved(path: path + ".none")
            }
            #expect(noToken?.code == .notAllowed)
        }
    }

    @Test("the configuration is readable by its owner only and is replaced in one step")
    func configurationFile() throws {
        try withTemporaryDirectory { directory in
            let path = directory.appending(path: "deep/config.yaml").path
            var configuration = ClientConfiguration()
            configuration.contexts["a"] = ClientContext(server: "https://a:1", token: "mt_admin_x")
            try configuration.save(to: path)
            try configuration.save(to: path)
            let permissions = try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions] as? Int
            #expect(permissions == 0o600)
            #expect(try ClientConfiguration.load(from: path) == configuration)
            #expect(
                try FileManager.default.contentsOfDirectory(atPath: directory.appending(path: "deep").path) == [
                    "config.yaml"
                ])
            try Data("contexts: [".utf8).write(to: URL(filePath: path))
            #expect(throws: CLIError.self) { try ClientConfiguration.load(from: path) }
            #expect(ClientConfiguration.path(environment: ["MARTLET_CONFIG": "/x"]) == "/x")
            #expect(ClientConfiguration.path(environment: ["HOME": "/h"]) == "/h/.config/martlet/config.yaml")
        }
    }

    @Test("a configuration that others can read is warned of")
    func exposed() throws {
        try withTemporaryDirectory { directory in
            let path = directory.appending(path: "config.yaml").path
            try ClientConfiguration().save(to: path)
            #expect(ClientConfiguration.exposure(of: path) == nil)
            try FileManager.default.setAttributes([.posixPermissions: 0o644], ofItemAtPath: path)
            #expect(ClientConfiguration.exposure(of: path)?.contains("chmod 600 \(path)") == true)
        }
    }

    @Test(
        "a configuration of the wrong shape is told of in plain words",
        arguments: [
            ("contexts: 5\n", "contexts: "), ("contexts: {a: {token: x}}\n", "contexts.a.server: "),
            ("contexts:\n\ta: 5\n", "line 2: expected YAML, got a tab; indent with spaces"),
        ])
    func wrongShape(text: String, place: String) throws {
        try withTemporaryDirectory { directory in
            let path = directory.appending(path: "config.yaml").path
            try Data(text.utf8).write(to: URL(filePath: path))
            let error = #expect(throws: CLIError.self) { try ClientConfiguration.load(from: path) }
            #expect(error?.message.hasPrefix("\(path): \(place)") == true, "\(error?.message ?? "")")
            #expect(error?.message.contains("Swift") == false && error?.message.contains("Error") == false)
        }
    }
}

func withTemporaryDirectory(_ body: (URL) throws -> Void) throws {
    let directory = FileManager.default.temporaryDirectory.appending(path: "martlet-cli-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: directory) }
    try body(directory)
}
