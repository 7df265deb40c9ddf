/// Whom the plugins' news go to.
package protocol PluginDelegate: Sendable {
    /// Returns, in the order of the events, once they are durable or refused; only then does a plugin's flush return.
    /// Called for one plugin at a time, in the order its events came.
    func append(_ events: [PluginEvent], from plugin: String) async -> [EventAdmission]

    /// State, health or the settings in force changed: read `applications()` again.
    func stateChanged(_ plugin: String) async

    /// News of a run, in order. A newer progress may take the place of an older one.
    func taskChanged(_ run: PluginRunUpdate) async

    /// A plugin's process ended without being asked to. Its runs are reported before.
    func hostEnded(_ plugin: String, _ end: HostEnd) async
}

extension PluginDelegate {
    package func hostEnded(_ plugin: String, _ end: HostEnd) async {}
}
