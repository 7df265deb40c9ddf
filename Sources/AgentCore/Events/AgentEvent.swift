/// Events of the agent itself.
package enum AgentEvent {
    package static let application = "martlet.agent"
    package static let eventsDropped = "events.dropped"
    package static let eventsLost = "events.lost"
    package static let eventRefused = "event.refused"
    package static let pluginFailed = "plugin.failed"
    package static let artifactRefused = "artifact.refused"
    package static let pluginInstalled = "plugin.installed"
    package static let pluginInstallFailed = "plugin.install.failed"
    package static let settingsDrifted = "settings.drifted"
    package static let settingsRepaired = "settings.repaired"
    package static let settingsRepairFailed = "settings.repair.failed"
    package static let settingsContested = "settings.contested"
}
