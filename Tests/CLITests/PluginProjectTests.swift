import ArgumentParser
import Foundation
import Testing

@testable import CLI

@Suite struct PluginProjectTests {
    static let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent()

    @Test(
        "all names of a plugin follow from its id",
        arguments: [
            ("com.example.greeter", "greeter", "Greeter", "GreeterPlugin", "greeter_plugin"),
            ("com.acme.web-cache", "web-cache", "Web Cache", "WebCachePlugin", "web_cache_plugin"),
            ("com.acme.7zip", "7zip", "7zip", "The7zipPlugin", "the_7zip_plugin"),
        ])
    func names(id: String, label: String, title: String, type: String, symbol: String) throws {
        let names = try #require(PluginNames(id: id))
        #expect([names.label, names.title, names.type, names.symbol] == [label, title, type, symbol])
    }

    @Test(
        "what is no id is refused with the rule",
        arguments: ["greeter", "Com.Example", "com.exa mple", "com..x", "a/b.c"])
    func refusesNames(id: String) {
        #expect(PluginNames(id: id) == nil)
        let error = #expect(throws: (any Error).self) {
            try Martlet.parseAsRoot(["plugin", "new", "--language", "c", id])
        }
        #expect(error.map { Martlet.message(for: $0).contains("reverse domain name") } == true)
    }

    @Test("a name that was put in is not looked at again")
    func replacesOnce() throws {
        let names = try #require(PluginNames(id: "com.greeter.cache"))
        let text = TemplateText.filled(Array("com.example.greeter Greeter greeter greet".utf8), names.replacements)
        #expect(String(decoding: text, as: UTF8.self) == "com.greeter.cache Cache cache greet")
    }

    @Test("no name of the templates is left in a project", arguments: PluginLanguage.allCases)
    func leavesNoName(language: PluginLanguage) throws {
        let names = try #require(PluginNames(id: "org.acme.web-cache"))
        let files = PluginProject(language: language, names: names, kit: .own).files
        for (path, bytes) in files where !path.hasPrefix(PluginProject.kitFolder) {
            let text = String(decoding: bytes, as: UTF8.self)
            #expect(!text.contains("com.example.greeter") && !text.lowercased().contains("greeter"), "\(path)")
            #expect(!path.lowercased().contains("greeter"), "\(path)")
        }
        #expect(files.contains { $0.path == "plugin.yaml" } && files.contains { $0.path == "Makefile" })
        #expect(files.contains { $0.path.hasPrefix(PluginProject.kitFolder) } == !language.kits.isEmpty)
    }

    @Test("the program holds every template, header and file of the kit, as they are in the tree")
    func isWhole() throws {
        let folders = [
            ("c", "Sources/PluginTemplates/Templates/c"), ("swift", "Sources/PluginTemplates/Templates/swift"),
            ("rust", "Sources/PluginTemplates/Templates/rust"),
            ("sdk/lib", "Sources/PluginTemplates/Templates/sdk/lib"),
            ("sdk/include", "Sources/MartletABI/include"),
            ("sdk-swift/Sources/MartletPluginKit", "Sources/MartletPluginKit"),
        ]
        let held = Dictionary(uniqueKeysWithValues: TemplateSet.all.map { ($0.path, Data($0.bytes)) })
        for (set, folder) in folders {
            let paths = FileManager.default.enumerator(atPath: Self.root.appending(path: folder).path)
            for case let path as String in try #require(paths) {
                let file = Self.root.appending(path: folder).appending(path: path)
                let isSource = set.hasPrefix("sdk-swift") ? path.hasSuffix(".swift") : !path.contains("target/")
                guard isSource, try file.resourceValues(forKeys: [.isRegularFileKey]).isRegularFile == true else {
                    continue
                }
                #expect(held["\(set)/\(path)"] == (try Data(contentsOf: file)), "\(path): run make templates")
            }
        }
    }

    @Test("a folder is written whole, and one that exists is left as it is")
    func writes() throws {
        let directory = FileManager.default.temporaryDirectory.appending(path: UUID().uuidString)
        defer { try? FileManager.default.removeItem(at: directory) }
        let folder = directory.appending(path: "deep/greeter")
        try NewFolder.write([("a/b.txt", [1]), (".gitignore", [2])], to: folder)
        #expect(try Data(contentsOf: folder.appending(path: "a/b.txt")) == Data([1]))
        let error = #expect(throws: CLIError.self) { try NewFolder.write([("c", [3])], to: folder) }
        #expect(error?.code == .conflict && error?.message.contains("--directory") == true)
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path).sorted() == [".gitignore", "a"])
        #expect(
            try FileManager.default.contentsOfDirectory(atPath: directory.appending(path: "deep").path) == ["greeter"])
    }

    @Test("what --sdk names takes the place of the copy")
    func usesAnotherKit() {
        let line = Array(#".package(path: "martlet-sdk") package: "martlet-sdk""#.utf8)
        func filled(_ kit: KitSource) -> String {
            String(decoding: TemplateText.filled(line, kit.replacements(.swift)), as: UTF8.self)
        }
        #expect(filled(.folder("/opt/kit")) == #".package(path: "/opt/kit") package: "kit""#)
        #expect(
            filled(.repository(url: "https://x/y/martlet.git", version: "1.0.0"))
                == #".package(url: "https://x/y/martlet.git", from: "1.0.0") package: "martlet""#)
    }

    @Test(
        "wrong usage is found before anything is written",
        arguments: [
            ["plugin", "new", "com.example.x"], ["plugin", "new", "--language", "cobol", "com.example.x"],
            ["plugin", "new", "--language", "c", "--sdk", "https://x/y", "com.example.x"],
            ["plugin", "new", "--language", "swift", "--sdk", "https://x/y", "com.example.x"],
            ["plugin", "new", "--language", "rust", "--sdk", "/x", "com.example.x"],
        ])
    func usage(arguments: [String]) { #expect(throws: (any Error).self) { try Martlet.parseAsRoot(arguments) } }
}
