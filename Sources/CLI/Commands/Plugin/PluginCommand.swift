import ArgumentParser

/// `martlet plugin`
struct PluginCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "plugin", abstract: "Write plugins, pack and sign them, bring them to the server.",
        discussion: """
            EXAMPLES
              martlet plugin new --language c com.example.greeter
              martlet plugin dev greeter
              martlet plugin check greeter
              martlet plugin sdk /opt/martlet-sdk
              martlet plugin pack greeter/build/com.example.greeter
            """,
        subcommands: [
            PluginNew.self, PluginDev.self, PluginCheck.self, PluginSDK.self, PluginPack.self, PluginSign.self,
            PluginVerify.self, PluginPush.self,
        ])
}
