import DurableFiles
import Foundation
import PluginTestBench
import PluginWorkshop
import Synchronization

/// The plugin that `plugin new --language c` makes, built with changes, in a folder as it is installed.
struct GreeterBuild {
    let directory: TemporaryDirectory
    var folder: String { directory.path + "/com.example.greeter" }

    static let templates = "\(Built.sources)/Sources/PluginTemplates/Templates/c"
    private static let usualFlags = [
        "-std=c11", "-fvisibility=hidden", "-Wl,-z,relro,-z,now",
        "-Wl,--version-script=\(Built.sources)/Plugins/plugin.version",
    ]

    /// Each change replaces a text that must be there; flags come after the usual ones, or instead of them.
    init(
        source: [(from: String, to: String)] = [], manifest: [(from: String, to: String)] = [], flags: [String] = [],
        instead: Bool = false
    ) throws {
        directory = try TemporaryDirectory()
        try FileBytes.makeDirectory(folder)
        try write("\(directory.path)/plugin.c", from: "src/plugin.c", source)
        try write("\(folder)/plugin.yaml", from: "plugin.yaml", manifest)
        let compiler = Process()
        compiler.executableURL = URL(fileURLWithPath: "/usr/bin/cc")
        compiler.arguments =
            (instead ? [] : Self.usualFlags)
            + ["-fPIC", "-shared", "-pthread", "-I\(Built.sources)/Sources/MartletABI/include", "-w"] + flags
            + ["-o", "\(folder)/plugin.so", "\(directory.path)/plugin.c"]
        // Foundation's Process may not be started by two threads at once.
        try Self.starting.withLock { _ in try compiler.run() }
        compiler.waitUntilExit()
        guard compiler.terminationStatus == 0 else { throw Failure("cc failed for \(source)") }
        guard chmod("\(folder)/plugin.so", 0o644) == 0 else { throw Failure("chmod: \(errno)") }
    }

    private static let starting = Mutex(())

    private func write(_ path: String, from template: String, _ changes: [(from: String, to: String)]) throws {
        var text = try String(contentsOfFile: "\(Self.templates)/\(template)", encoding: .utf8)
        for (from, to) in changes {
            guard text.contains(from) else { throw Failure("\(template) has no \(from)") }
            text.replace(from, with: to)
        }
        try FileBytes.replace(path, with: Array(text.utf8), mode: 0o644)
    }

    func check(scenarios: [String] = ConformanceKit.scenarios, haste: Int = 1) throws -> [ConformanceResult] {
        var request = ConformanceRequest(folder: folder, probe: Built.directory + "/martlet-plugin-probe")
        request.scenarios = scenarios
        request.haste = haste
        return try ConformanceKit.check(request)
    }
}
