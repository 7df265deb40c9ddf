import AgentPlugins

extension AgentConfiguration {
    /// What the supervision of plugins needs to know.
    func pluginManager(
        secrets: any SecretSource, artifacts: ArtifactSpool, grants: GrantBook
    ) -> PluginManagerConfiguration {
        var configuration = PluginManagerConfiguration(
            pluginsDirectory: pluginsDirectory, hostExecutable: pluginHost, dataDirectory: dataDirectory,
            actions: LocalHostActions(
                services: services, dataDirectory: dataDirectory, artifacts: artifacts, secrets: secrets))
        configuration.grants = grants
        return configuration
    }

    /// Units named in the configuration are started directly; without any, the service manager is asked.
    private var services: any ServiceController {
        if directUnits.isEmpty { return SystemdServices(command: serviceManager) }
        return DirectServices(
            units: directUnits.mapValues { AgentPlugins.DirectUnit(start: $0.start, pidFile: $0.pidFile) },
            logDirectory: dataDirectory + "/services")
    }
}
