import DurableFiles
import PluginPackage
import PluginTestBench
import Testing

@testable import AgentPlugins

/// Users of plugins' processes follow from ids, in 28 bits.
@Suite(.tags(.R23)) struct SharedUserTests {
    /// Two ids with one user, the first that are found.
    static func pair() throws -> (String, String) {
        var seen: [UInt32: String] = [:]
        for number in 0..<1_000_000 {
            let id = "com.example.p\(number)"
            if let other = seen.updateValue(id, forKey: PluginUser.id(id)) { return (other, id) }
        }
        throw Failure("no two ids have one user")
    }

    @Test("of two plugins that would be one user the second is refused, and the reason names the first")
    func refusesTheSecond() async throws {
        let (first, second) = try Self.pair()
        #expect(PluginUser.id(first) == PluginUser.id(second))
        let names = [first, second].sorted()
        let directory = try TemporaryDirectory()
        let bench = try PluginBench(
            "Fixture", id: names[0], manifest: { $0.replacing("id: martlet.fixture", with: "id: \(names[0])") },
            directory: directory)
        let text = String(
            decoding: try PluginBench.read("\(directory.path)/plugins/\(names[0])/plugin.yaml"), as: UTF8.self)
        let folder = "\(directory.path)/plugins/\(names[1])"
        try FileBytes.makeDirectory(folder)
        try FileBytes.replace(
            "\(folder)/plugin.yaml", with: Array(text.replacing("id: \(names[0])", with: "id: \(names[1])").utf8),
            mode: 0o644)
        try await bench.run { manager in
            #expect(await manager.manifests().map(\.id) == [names[0]])
            let problem = try #require(await manager.problems.first)
            #expect(problem.plugin == names[1] && problem.message.contains("same user as \(names[0])"))
            #expect(await manager.plugin(withUserOf: names[1]) == names[0])
            #expect(await manager.plugin(withUserOf: "com.example.another") == nil)
        }
    }
}
