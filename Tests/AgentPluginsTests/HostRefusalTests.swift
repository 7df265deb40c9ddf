import AgentPlugins
import DurableFiles
import Glibc
import PluginTestBench
import Testing

/// Libraries that are no plugin, or not one for this host: refused with what was found, what is needed and the remedy.
@Suite(.serialized, .tags(.R21, .R23))
struct HostRefusalTests {
    struct Case: Sendable, CustomTestStringConvertible {
        let name: String
        /// C that sets up `module`, a copy of a good one.
        let change: String
        let expected: String
        var testDescription: String { name }
    }

    static let cases = [
        Case(name: "bad magic", change: "module.magic = 1;", expected: "magic is 0x00000001"),
        Case(
            name: "too small a structure", change: "module.struct_size = 72;",
            expected: "martlet_module of the plugin is 72 bytes"),
        Case(
            name: "a future major", change: "module.abi_major = 2;",
            expected: "speaks interface version 2.0, this host 1.0"),
        Case(
            name: "a future minimum", change: "module.min_host_minor = 9;",
            expected: "needs a host of interface version 1.9"),
        Case(name: "no operations", change: "module.ops = 0;", expected: "no operations"),
        Case(name: "an operation left out", change: "ops.activate = 0;", expected: "lacks an operation"),
        Case(name: "operations too small", change: "ops.struct_size = 24;", expected: "lacks an operation"),
        Case(
            name: "another plugin's id", change: "module.id.length = 7;", expected: "its manifest says martlet.fixture"),
        Case(name: "NULL", change: "return 0;", expected: "returned NULL"),
    ]

    @Test("a library is refused with a reason", arguments: cases)
    func refuses(what: Case) async throws {
        let directory = try TemporaryDirectory()
        let library = try Self.compile(Self.source(what.change), in: directory)
        try await expectRefusal(what.expected, library, directory)
    }

    @Test("a library without the entry symbol is refused")
    func missingSymbol() async throws {
        let directory = try TemporaryDirectory()
        try await expectRefusal(
            "does not export martlet_module_v1", try Self.compile("int nothing;", in: directory), directory)
    }

    @Test("a file that is no library is refused")
    func noLibrary() async throws {
        let directory = try TemporaryDirectory()
        let path = "\(directory.path)/text.so"
        try FileBytes.replace(path, with: Array("no library".utf8), mode: 0o644)
        try await expectRefusal("the library does not load", path, directory)
    }

    @Test("the changed copy is a good plugin when nothing is changed")
    func control() async throws {
        let directory = try TemporaryDirectory()
        let library = try Self.compile(Self.source(""), in: directory)
        let bench = try PluginBench.fixture(library: library, directory: directory, configure: impatient)
        try await bench.run { _ in try await bench.waitUntil(.running) }
    }

    @Test("a module of a later minor, with more fields, is loaded")
    func laterMinor() async throws {
        let directory = try TemporaryDirectory()
        let source = Self.source("module.abi_minor = 7; module.struct_size = sizeof module + 64;", padding: 64)
        let bench = try PluginBench.fixture(
            library: try Self.compile(source, in: directory), directory: directory, configure: impatient)
        try await bench.run { _ in try await bench.waitUntil(.running) }
    }

    @Test("a library that others may write to is not loaded")
    func writableLibrary() async throws {
        let bench = try PluginBench.fixture(configure: impatient)
        chmod("\(bench.directory.path)/plugins/\(bench.id)/plugin.so", 0o666)
        try await expectEnd("that nobody else may write", bench)
    }

    @Test("a library whose digest is not the manifest's is not loaded")
    func wrongDigest() async throws {
        let digest = String(repeating: "ab", count: 32)
        let bench = try PluginBench.fixture(manifest: { $0 + "sha256: \(digest)\n" }, configure: impatient)
        try await expectEnd("its manifest says \(digest)", bench)
    }

    @Test("a manifest that is wrong leaves its plugin out and is said, with file and line")
    func wrongManifest() async throws {
        let bench = try PluginBench.fixture(manifest: { $0 + "surprise: 1\n" })
        try await bench.run { manager in
            #expect(await manager.applications().isEmpty)
            let problems = await manager.problems
            #expect(problems.count == 1)
            #expect(problems.first?.message.contains("plugin.yaml:") == true)
            #expect(problems.first?.message.contains("surprise") == true)
        }
    }

    private func expectRefusal(_ reason: String, _ library: String, _ directory: TemporaryDirectory) async throws {
        try await expectEnd(
            reason, try PluginBench.fixture(library: library, directory: directory, configure: impatient))
    }

    private func expectEnd(_ reason: String, _ bench: PluginBench) async throws {
        try await bench.run { _ in
            try await bench.recorder.wait("the end is reported") { !$0.ends.isEmpty }
            let end = try #require(bench.recorder.heard.ends.first)
            #expect(end.reason?.contains(reason) == true, "\(end)")
        }
    }

    /// A plugin that does nothing, with one thing changed.
    private static func source(_ change: String, padding: Int = 0) -> String {
        """
        #include <martlet/martlet.h>
        static char object;
        static martlet_status call(martlet_plugin *p, const martlet_call *c, martlet_error *e) { return 0; }
        static martlet_status activate(martlet_plugin *p, const martlet_call *c, const martlet_bytes *s, martlet_error *e) { return 0; }
        static void destroy(martlet_plugin *p) {}
        static const void *extension(martlet_plugin *p, const martlet_string *id) { return 0; }
        static martlet_status create(const martlet_host *h, const martlet_create_info *i, martlet_plugin **p, martlet_error *e) {
            *p = (martlet_plugin *)&object;
            return 0;
        }
        static martlet_plugin_ops ops = {sizeof ops, 0, call, activate, call, destroy, extension};
        static struct { martlet_module module; char more[\(padding) + 1]; } kept = {{MARTLET_MODULE_MAGIC, sizeof(martlet_module),
            1, 0, 0, 0, {"martlet.fixture", 15}, {"x", 1}, {"1", 1}, &ops, create}};
        const martlet_module *martlet_module_v1(void) {
        #define module kept.module
            \(change)
            return &module;
        }
        """
    }

    private static func compile(_ source: String, in directory: TemporaryDirectory) throws -> String {
        let (file, library) = ("\(directory.path)/plugin.c", "\(directory.path)/built.so")
        try FileBytes.replace(file, with: Array(source.utf8), mode: 0o644)
        let include = "\(Built.sources)/Sources/MartletABI/include"
        guard system("clang -w -shared -fPIC -I '\(include)' -o '\(library)' '\(file)'") == 0 else {
            throw Failure("the test's plugin does not compile")
        }
        return library
    }
}
