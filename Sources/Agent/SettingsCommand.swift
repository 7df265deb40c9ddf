import ArgumentParser

/// `martlet-agent settings`
struct SettingsCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "settings", abstract: "The device's own changes to settings, where no policy locks them.",
        discussion: """
            EXAMPLES
              martlet-agent settings show martlet.clamav
              martlet-agent settings set martlet.clamav /maxFileSizeMiB 200
              martlet-agent settings unset martlet.clamav /maxFileSizeMiB
            """,
        subcommands: [SettingsShow.self, SettingsSet.self, SettingsUnset.self])
}
