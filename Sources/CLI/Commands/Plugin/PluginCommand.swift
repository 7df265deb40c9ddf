import ArgumentParser

/// `martlet plugin`
struct PluginCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "plugin", abstract: "Write plugins: begin one, try it, hold it against the interface.",
        discussion: """
            EXAMPLES
              martlet plugin new --language c com.example.greeter
              martlet plugin dev greeter
              martlet plugin check greeter
              martlet plugin sdk /opt/martlet-sdk
            """, subcommands: [PluginNew.self, PluginDev.self, PluginCheck.self, PluginSDK.self])
}
