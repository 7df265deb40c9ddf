import AgentPlugins

extension InstanceReport.State {
    /// As the server and its operators know it.
    var word: String { self == .notInstalled ? "not-installed" : rawValue }
}

extension InstanceReport {
    /// An application that is one has an instance without a name.
    var name: String { instance.isEmpty ? "default" : instance }
}

extension PluginHealth.State {
    var word: String { self == .backingOff ? "backing-off" : rawValue }
}

extension ApplyProblem {
    var description: String { pointer.isEmpty ? reason : "\(pointer): \(reason)" }
}
