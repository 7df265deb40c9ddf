package import AgentPlugins

extension AgentConfiguration {
    /// What the supervision of plugins needs to know.
    func pluginManager(
        secrets: any SecretSource, artifacts: ArtifactSpool, grants: GrantBook, helper: PrivilegedHelper?
    ) -> PluginManagerConfiguration {
        let actions = LocalHostActions(
            services: services(logDirectory: dataDirectory + "/services"), dataDirectory: dataDirectory,
            artifacts: artifacts, secrets: secrets)
        var configuration = PluginManagerConfiguration(
            pluginsDirectory: pluginsDirectory, hostExecutable: pluginHost, dataDirectory: dataDirectory,
            actions: helper.map { HelpedActions($0, own: actions) } ?? actions)
        configuration.helper = helper
        configuration.grants = grants
        return configuration
    }

    /// Units named in the configuration are started directly; without any, the service manager is asked.
    package func services(logDirectory: String) -> any ServiceController {
        if directUnits.isEmpty { return SystemdServices(command: serviceManager) }
        return DirectServices(
            units: directUnits.mapValues { AgentPlugins.DirectUnit(start: $0.start, pidFile: $0.pidFile) },
            logDirectory: logDirectory)
    }
}
