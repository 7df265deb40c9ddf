import DesiredState
import Foundation
import Testing

@testable import CLI

@Suite struct ManifestSourceTests {
    private static func group(_ name: String) -> String {
        "apiVersion: martlet/v1\nkind: Group\nmetadata: {name: \(name)}\n"
    }

    @Test("a directory is all its manifests, and every line knows its file")
    func directory() throws {
        try withTemporaryDirectory { directory in
            try FileManager.default.createDirectory(
                at: directory.appending(path: "sub"), withIntermediateDirectories: true)
            try Data(Self.group("a").utf8).write(to: directory.appending(path: "1.yaml"))
            try Data((Self.group("b") + "spec: {}").utf8).write(to: directory.appending(path: "2.yml"))
            try Data(Self.group("c").utf8).write(to: directory.appending(path: "sub/3.yaml"))
            try Data("not a manifest".utf8).write(to: directory.appending(path: "README"))
            let source = try ManifestSource.read([directory.path])
            let lines = source.text.split(separator: "\n", omittingEmptySubsequences: false)
            for name in ["a", "b", "c"] {
                let index = try #require(lines.firstIndex(of: "metadata: {name: \(name)}"))
                let place = try #require(source.place(ofLine: index + 1))
                #expect(place.line == 3)
                #expect(place.file.hasSuffix(["a": "/1.yaml", "b": "/2.yml", "c": "/sub/3.yaml"][name] ?? "?"))
            }
        }
    }

    @Test("what is wrong is found before the server is asked, in every file")
    func problems() throws {
        try withTemporaryDirectory { directory in
            for name in ["1.yaml", "2.yaml"] {
                try Data((Self.group("a") + "spec: {parnt: root}\n").utf8).write(to: directory.appending(path: name))
            }
            let error = try #require(#expect(throws: CLIError.self) { try ManifestSource.read([directory.path]) })
            #expect(error.code == .invalidInput)
            #expect(error.message.contains("1.yaml:4: spec.parnt") && error.message.contains("2.yaml:4: spec.parnt"))
            #expect(error.message.contains("did you mean \"parent\"?"))
        }
    }

    @Test("a problem that only the server finds names the file too")
    func located() throws {
        try withTemporaryDirectory { directory in
            try Data(Self.group("a").utf8).write(to: directory.appending(path: "1.yaml"))
            try Data(Self.group("b").utf8).write(to: directory.appending(path: "2.yaml"))
            let source = try ManifestSource.read([directory.path])
            let problem = APIProblem(
                status: 422,
                json: ["detail": "no", "errors": [["line": 7, "path": "metadata.name", "expected": "x", "got": "y"]]])
            #expect(source.locating(problem).message.contains("/2.yaml:3: metadata.name: expected x, got y"))
        }
    }

    @Test("the same kind and name in two files is refused with both places")
    func repeated() throws {
        try withTemporaryDirectory { directory in
            for name in ["1.yaml", "2.yaml"] {
                try Data(Self.group("a").utf8).write(to: directory.appending(path: name))
            }
            let error = try #require(#expect(throws: CLIError.self) { try ManifestSource.read([directory.path]) })
            #expect(
                error.message.contains("/1.yaml:3: metadata.name") && error.message.contains("/2.yaml:3: metadata.name")
            )
        }
    }

    @Test("files without a manifest are no success")
    func empty() throws {
        try withTemporaryDirectory { directory in
            let file = directory.appending(path: "1.yaml")
            try Data("# nothing\n".utf8).write(to: file)
            let error = try #require(#expect(throws: CLIError.self) { try ManifestSource.read([file.path]) })
            #expect(error.code == .invalidInput && error.message == "no manifest in \(file.path)")
            try Data(Self.group("a").utf8).write(to: directory.appending(path: "2.yaml"))
            #expect(try ManifestSource.read([directory.path]).text.contains("name: a"))
        }
    }

    @Test("a path that is not there, and a directory without manifests, are refused")
    func nothing() throws {
        try withTemporaryDirectory { directory in
            #expect(throws: CLIError.self) { try ManifestSource.read([directory.path]) }
            #expect(throws: CLIError.self) { try ManifestSource.read([directory.path + "/none"]) }
        }
    }
}
