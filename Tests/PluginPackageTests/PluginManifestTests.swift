import DesiredState
import Glibc
import PluginPackage
import Testing

struct PluginManifestTests {
    private let smallest = """
        id: com.example.product
        name: Product
        vendor: Example
        version: 1.0
        abi: {major: 1, minor: 0}
        library: plugin.so

        """

    @Test("the smallest manifest has no settings, tasks or grants")
    func smallestManifest() throws {
        let manifest = try read(smallest)
        #expect(manifest.id == "com.example.product" && manifest.version == "1.0")
        #expect(manifest.units.isEmpty && manifest.paths.isEmpty && manifest.tasks.isEmpty)
        #expect(manifest.defaultSettings == [:])
        #expect(!manifest.settings.violations(in: ["anything": 1]).isEmpty)
    }

    @Test("the manifests of our own plugins read", arguments: ["ClamAV", "Linux", "Fixture"])
    func ownManifests(plugin: String) throws {
        let root = #filePath.split(separator: "/").dropLast(3).reduce("") { $0 + "/" + $1 }
        let path = "\(root)/Plugins/\(plugin)/plugin.yaml"
        let file = try #require(fopen(path, "r"))
        defer { fclose(file) }
        var buffer = [UInt8](repeating: 0, count: 1 << 20)
        let count = fread(&buffer, 1, buffer.count, file)
        let manifest = try PluginManifest(yaml: Array(buffer[..<count]), file: path)
        #expect(manifest.id == "martlet.\(plugin.lowercased())")
        #expect(manifest.settings.violations(in: manifest.defaultSettings).isEmpty, "defaults fit their own schema")
        #expect(!manifest.events.isEmpty && !manifest.statistics.isEmpty && !manifest.tasks.isEmpty)
    }

    @Test("a path may begin with a local name, and the installed value stands for it")
    func localNames() throws {
        let manifest = try read(
            smallest + "local: {conf: /etc/p/p.conf}\npaths:\n  - {path: \"${conf}\", why: settings}\n")
        #expect(manifest.paths == [PluginPathGrant(path: "/etc/p/p.conf", reason: "settings")])
        #expect(manifest.local == ["conf": "/etc/p/p.conf"])
    }

    @Test("a task's parameters are a schema, its kind is what the agent may do after a crash")
    func tasks() throws {
        let manifest = try read(
            smallest + """
                tasks:
                  - name: scan
                    idempotent: true
                    resumable: true
                    parameters: {type: object, required: [paths], properties: {paths: {type: array}}}
                """)
        let task = try #require(manifest.task("scan"))
        #expect(task.isIdempotent && task.isResumable)
        #expect(task.parameters.violations(in: [:]).map(\.path) == ["/paths"])
        #expect(manifest.task("other") == nil)
    }

    @Test("sizes carry their unit")
    func limits() throws {
        let manifest = try read(smallest + "limits: {memory: 64MiB, files: 128}\n")
        #expect(manifest.limits == PluginLimits(memory: 64 << 20, files: 128))
    }

    @Test(
        "a wrong manifest names the line and the place",
        arguments: [
            ("id: product", "id: com.example.product", 1, "/id"), ("id: Com.Example", "id: com.example.product", 1, "/id"),
            ("id: ../up.x", "id: com.example.product", 1, "/id"), ("abi: {major: 0, minor: 0}", "abi: {major: 1, minor: 0}", 5, "/abi/major"),
            ("library: ../plugin.so", "library: plugin.so", 6, "/library"), ("extra: 1", "vendor: Example", 3, "/extra"),
        ])
    func wrongManifest(new: String, old: String, line: Int, path: String) throws {
        let text = smallest.split(separator: "\n", omittingEmptySubsequences: false).map { $0 == old ? new : String($0) }
        let error = try #require(throws: YAMLError.self) { _ = try read(text.joined(separator: "\n")) }
        #expect(error.line == line && error.path == path, "\(error)")
    }

    @Test("what is left out is named")
    func missingMember() throws {
        let error = try #require(throws: YAMLError.self) { _ = try read("id: com.example.product\n") }
        #expect(error.path == "/name" && error.got == "nothing")
    }

    @Test("a schema outside the subset is refused where it stands")
    func wrongSchema() throws {
        let error = try #require(throws: YAMLError.self) {
            _ = try read(smallest + "settings:\n  type: object\n  properties:\n    a: {oneOf: []}\n")
        }
        #expect(error.line == 10 && error.path.hasPrefix("/settings/properties/a"), "\(error)")
    }

    @Test("two tasks of one name are refused")
    func repeatedName() {
        #expect(throws: YAMLError.self) { try read(smallest + "tasks:\n  - name: a\n  - name: a\n") }
    }

    @Test(
        "a grant covers its file and what is below its folder, by plain paths only",
        arguments: [
            ("/etc/p", true), ("/etc/p/a", true), ("/etc/p/a/b", true), ("/etc/pp", false), ("/etc", false),
            ("/etc/p/../shadow", false), ("/etc/p/./a", false), ("/etc/p//a", false), ("etc/p", false), ("", false),
        ])
    func covers(path: String, expected: Bool) {
        #expect(PluginPathGrant(path: "/etc/p", reason: "").covers(path) == expected)
    }

    private func read(_ yaml: String) throws(YAMLError) -> PluginManifest {
        try PluginManifest(yaml: Array(yaml.utf8), file: "plugin.yaml")
    }
}
