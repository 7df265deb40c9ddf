/// Events of the agent itself.
package enum AgentEvent {
    package static let application = "martlet.agent"
    package static let eventsDropped = "events.dropped"
    package static let eventsLost = "events.lost"
    package static let eventRefused = "event.refused"
    package static let pluginFailed = "plugin.failed"
}
