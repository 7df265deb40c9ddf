package import PluginPackage

/// Where plugins are and what they may use.
package struct PluginManagerConfiguration: Sendable {
    /// Holds a folder per plugin, named by its id: ID/plugin.yaml, ID/plugin.so.
    package var pluginsDirectory: String
    /// The program martlet-plugin-host.
    package var hostExecutable: String
    /// The agent's own; plugins' values and last settings are kept in plugins/ID below it.
    package var dataDirectory: String
    /// For what a manifest does not limit itself.
    package var limits = PluginLimits(memory: 512 << 20, files: 1024)
    package var timing = SupervisionTiming()
    package var deadlines = CallDeadlines()
    package var actions: any HostActions
    /// What plugins may touch of the host.
    package var grants = GrantBook()
    /// Folder of the control group (v2) below which each host gets one of its own; nil when there is none.
    package var controlGroup: String? = HostGroup.own()
    /// Starts and ends plugins' processes, each as a user of its own, when the agent has no privilege.
    package var helper: PrivilegedHelper?

    package init(
        pluginsDirectory: String, hostExecutable: String, dataDirectory: String, actions: any HostActions
    ) {
        self.pluginsDirectory = pluginsDirectory
        self.hostExecutable = hostExecutable
        self.dataDirectory = dataDirectory
        self.actions = actions
    }
}

/// How long a call may take before its host is ended.
package struct CallDeadlines: Sendable, Hashable {
    package var call: Duration = .seconds(10)
    /// Starting, stopping and restarting what is managed: a database writes all it holds before it ends.
    package var control: Duration = .seconds(30)
    package var validate: Duration = .seconds(2)
    package var stop: Duration = .seconds(5)
    /// How long a run waits for a plugin whose process ended and is being started again.
    package var restart: Duration = .seconds(10)

    package init() {}
}
