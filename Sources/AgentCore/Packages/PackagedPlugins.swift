package import AgentPlugins

/// What the installation of packages asks of plugins; `PluginManager` says what each of it means.
package protocol PackagedPlugins: Sendable {
    func replace(_ plugin: InstalledPlugin) async
    func remove(_ plugin: String) async
    func plugin(withUserOf id: String) async -> String?
    func version(of plugin: String) async -> String?
    func report(of plugin: String) async -> ApplicationReport?
}

extension PluginManager: PackagedPlugins {}
