import Foundation
import PluginPackage
import PluginTestBench
import Testing

@testable import AgentPlugins

/// What the agent trusts of a plugins directory.
@Suite(.tags(.R21, .R23))
struct InstalledPluginTests {
    @Test(
        "a manifest that somebody else may write grants nothing", arguments: ["", "/plugin.yaml"],
        [0o775, 0o777, 0o757])
    func writable(file: String, mode: Int) throws {
        let plugins = FileManager.default.temporaryDirectory.appending(path: "plugins-\(UUID().uuidString)").path
        defer { try? FileManager.default.removeItem(atPath: plugins) }
        let folder = plugins + "/martlet.fixture"
        try FileManager.default.createDirectory(
            atPath: folder, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o755])
        try FileManager.default.copyItem(
            atPath: "\(Built.sources)/Plugins/Fixture/plugin.yaml", toPath: folder + "/plugin.yaml")
        try FileManager.default.setAttributes([.posixPermissions: 0o644], ofItemAtPath: folder + "/plugin.yaml")
        #expect(InstalledPlugin.discover(in: plugins).found.map(\.manifest.id) == ["martlet.fixture"])
        try FileManager.default.setAttributes([.posixPermissions: mode], ofItemAtPath: folder + file)
        let (found, problems) = InstalledPlugin.discover(in: plugins)
        #expect(found.isEmpty)
        #expect(problems.first?.message.contains("\(folder)\(file) must be of root or of the agent's user") == true)
    }
}
