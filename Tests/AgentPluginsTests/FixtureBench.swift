import AgentPlugins
import DurableFiles
import PluginTestBench

extension PluginBench {
    static let fixtureID = "martlet.fixture"

    /// The fixture plugin; it may write below `files` in the bench's folder.
    static func fixture(
        library: String? = nil, local: [String: String] = [:],
        units: @escaping (TemporaryDirectory) -> [String: DirectUnit] = { _ in [:] },
        manifest: (String) -> String = { $0 }, directory: TemporaryDirectory? = nil,
        configure: (inout PluginManagerConfiguration) -> Void = { _ in }
    ) throws -> PluginBench {
        try PluginBench(
            "Fixture", id: fixtureID,
            local: { directory in
                try FileBytes.makeDirectory("\(directory.path)/files")
                return local.merging(["directory": "\(directory.path)/files"]) { _, new in new }
            },
            manifest: manifest, library: library, units: units, directory: directory, configure: configure)
    }
}

/// Fast timing, for tests of what happens when plugins fail.
func impatient(_ configuration: inout PluginManagerConfiguration) {
    configuration.timing.firstBackOff = .milliseconds(20)
    configuration.timing.longestBackOff = .milliseconds(100)
    configuration.deadlines.call = .seconds(1)
    configuration.deadlines.control = .seconds(1)
    configuration.deadlines.validate = .seconds(1)
    configuration.deadlines.stop = .seconds(1)
}
