import DesiredState
import DurableFiles
import Foundation
import PluginTestBench
import PluginWorkshop
import Testing

/// Each rule by a plugin that keeps it and by one that breaks it. The plugins run in processes of their own.
@Suite struct ConformanceTests {
    @Test("the plugin that `plugin new` makes keeps every rule")
    func keepsAll() throws {
        let results = try GreeterBuild().check()
        let broken = results.filter { $0.outcome == .broken }
        #expect(broken.isEmpty, "\(broken.map { "\($0.check.id): \($0.findings)" })")
        #expect(results.count { $0.outcome == .kept } >= 150, "most rules are seen")
    }

    @Test("a plugin that breaks a rule is told which", arguments: Mutant.all)
    func breaks(mutant: Mutant) throws {
        let build = try GreeterBuild(
            source: mutant.changes, flags: mutant.flags, instead: mutant.areOnlyFlags)
        let results = try build.check(scenarios: [mutant.scenario], haste: mutant.haste)
        let broken = results.filter { $0.outcome == .broken }.map(\.check.id)
        #expect(broken.contains(mutant.check), "broken are \(broken)")
        #expect(results.first { $0.check.id == mutant.check }?.findings.contains { !$0.isEmpty } == true)
    }

    @Test("every deadline of a call has a plugin that is late")
    func everyDeadlineIsBroken() {
        let deadlines = ConformanceCatalogue.all.map(\.id).filter { $0.hasPrefix("deadline.") }
        #expect(Set(deadlines).subtracting(Mutant.all.map(\.check)).isEmpty && deadlines.count >= 16)
    }

    @Test("at least 160 rules are shown to be told when they are broken")
    func mutantsAreMany() { #expect(Set(Mutant.all.map(\.check)).count >= 160) }

    @Test(
        "a manifest that breaks a rule is told which",
        arguments: [
            ("manifest.id", "id: com.example.greeter", "id: greeter"), ("manifest.vendor", "vendor: Example\n", ""),
            ("manifest.abi", "abi: {major: 1, minor: 0}", "abi: 1"), ("manifest.library", "plugin.so", "../plugin.so"),
            ("manifest.name", "name: Greeter\n", ""), ("manifest.version", "version: 1.0.0\n", ""),
            ("manifest.local", "limits:", "local: [x]\nlimits:"),
            ("manifest.defaults", "default: hello", "default: \"\""),
            ("manifest.texts", "vendor: Example", "vendor: \"\""),
            ("manifest.syntax", "vendor: Example", "vendor: Example\nvendors: [x]"),
            ("manifest.sha256", "library: plugin.so", "library: plugin.so\nsha256: abc"),
            (
                "library.digest", "library: plugin.so",
                "library: plugin.so\nsha256: \(String(repeating: "0", count: 64))"
            ),
            ("library.present", "library: plugin.so", "library: other.so"),
            ("manifest.tasks", "name: greet,", "name: Greet!,"),
            ("manifest.events", "severity: info", "severity: loud"),
            ("manifest.statistics", "kind: counter", "kind: sum"),
            ("manifest.event-texts", "text: somebody was greeted", "text: \" \""),
            ("manifest.settings", "type: object", "type: thing"), ("manifest.limits", "memory: 64MiB", "memory: much"),
            ("manifest.memory", "memory: 64MiB", "memory: 1MiB"),
            ("manifest.paths", "limits:", "paths: [{path: etc, why: x}]\nlimits:"),
            ("manifest.reasons", "limits:", "paths: [{path: /etc/x, why: \" \"}]\nlimits:"),
            ("manifest.units", "limits:", "units: [{unit: \"a b\", why: x}]\nlimits:"),
        ])
    func breaksManifest(check: String, from: String, to: String) throws {
        let results = try GreeterBuild(manifest: [(from, to)]).check(scenarios: ["load"])
        let broken = results.filter { $0.outcome == .broken }.map(\.check.id)
        #expect(broken == [check])
    }

    @Test("files that others may write are told", arguments: ["plugin.yaml", "plugin.so"])
    func othersMayWrite(file: String) throws {
        let build = try GreeterBuild()
        #expect(chmod("\(build.folder)/\(file)", 0o666) == 0)
        let broken = try build.check(scenarios: []).filter { $0.outcome == .broken }.map(\.check.id)
        #expect(broken == [file == "plugin.so" ? "library.private" : "manifest.private"])
    }

    @Test("a folder without a manifest, a library that is empty or for another processor are told")
    func lacksParts() throws {
        func broken(_ change: (String) throws -> Void) throws -> [String] {
            let build = try GreeterBuild()
            try change(build.folder)
            return try build.check(scenarios: []).filter { $0.outcome == .broken }.map(\.check.id)
        }
        let bare = try broken { _ = unlink("\($0)/plugin.yaml") }
        #expect(bare == ["manifest.present"])
        let empty = try broken { _ = truncate("\($0)/plugin.so", 0) }
        #expect(empty == ["library.size"])
        let elsewhere = try broken { folder in
            var bytes = try PluginBench.read("\(folder)/plugin.so")
            bytes[18] ^= 0xFF  // e_machine
            try FileBytes.replace("\(folder)/plugin.so", with: bytes, mode: 0o644)
        }
        #expect(elsewhere == ["library.machine"])
    }

    @Test("a sink that is misused is told", arguments: [("otherThread", "sink.thread"), ("lateThread", "lent.sink")])
    func misusesSink(how: String, check: String) throws {
        let directory = try TemporaryDirectory()
        let folder = directory.path + "/martlet.fixture"
        try FileBytes.makeDirectory(folder)
        let manifest = try PluginBench.read("\(Built.sources)/Plugins/Fixture/plugin.yaml")
        try FileBytes.replace("\(folder)/plugin.yaml", with: manifest, mode: 0o644)
        try FileBytes.replace("\(folder)/plugin.so", with: try PluginBench.read(Built.library("fixture")), mode: 0o644)
        var request = ConformanceRequest(
            folder: folder, probe: Built.directory + "/martlet-plugin-probe",
            settings: ["misbehaveHow": .string(how), "greeting": "hello"], tasks: [])
        request.scenarios = ["life"]
        let broken = try ConformanceKit.check(request).filter { $0.outcome == .broken }.map(\.check.id)
        #expect(broken.contains(check), "\(broken)")
    }
}
