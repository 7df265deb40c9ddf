import AgentPlugins
package import PluginPackage

/// What the helper is told: where things are, and what is granted. Lines of words between tabs; `orders.c` reads them.
package struct PrivilegedOrders {
    private var lines: [String] = []
    /// What could not be put into them.
    package private(set) var problems: [String] = []

    package var text: String { lines.map { $0 + "\n" }.joined() }

    /// As the configuration, the plugins that the owner installed, and the statement of trust have it. Throws where somebody else
    /// than root could have another program run as root. To be called as root.
    package init(_ configuration: AgentConfiguration, file: String, trust: TrustStatement?) throws {
        let (agent, file) = (try RootPhase.ownExecutable(), try RootPhase.realPath(file))
        // Where a link leads to later would be its owner's to say.
        let host = try RootPhase.realPath(configuration.pluginHost)
        for path in [file, agent, host] {
            try RootPhase.assertRoots(path)
            try RootPhase.assertRootsFolders(above: path)
        }
        // As it is named, links in it included, and where it leads.
        let plugins = configuration.pluginsDirectory
        for path in [plugins, (try? RootPhase.realPath(plugins)) ?? plugins] {
            try RootPhase.assertRootsFolders(above: path + "/")
        }
        add(["agent", agent])
        add(["configuration", file])
        add(["host", host])
        add(["data", try RootPhase.realPath(configuration.dataDirectory)])
        add(["socket", configuration.socket])
        add(["services", configuration.directUnits.isEmpty ? "manager" : "direct"])
        if let group = HostGroup.usable() { add(["control-group", group]) }
        addGrants(configuration)
        if let trust { add(signed: trust) }
    }

    /// The lines that a statement of trust adds.
    package init(_ trust: TrustStatement) { add(signed: trust) }

    private mutating func addGrants(_ configuration: AgentConfiguration) {
        let installed = InstalledPlugin.discover(in: configuration.pluginsDirectory).found
        for plugin in installed {
            let (id, manifest) = (plugin.manifest.id, plugin.manifest)
            if configuration.unitGrants[id] == nil {
                for unit in manifest.units where unit.unit != PluginUnitGrant.any { add(["unit", id, unit.unit]) }
            }
            if configuration.pathGrants[id] == nil { for path in manifest.paths { add(["path", id, path.path]) } }
            if let user = configuration.userGrants[id] {
                add(["user", id, "\(user.uid)", "\(user.gid)", "\(plugin.folder)/\(manifest.library)"])
            }
        }
        for (id, units) in configuration.unitGrants { for unit in units.sorted() { add(["unit", id, unit]) } }
        for (id, paths) in configuration.pathGrants { for path in paths.sorted() { add(["path", id, path]) } }
        for id in configuration.userGrants.keys.sorted() where !installed.contains(where: { $0.manifest.id == id }) {
            problems.append("grants.\(id).user: there is no such plugin in \(configuration.pluginsDirectory)")
        }
    }

    private mutating func add(signed trust: TrustStatement) {
        for (id, units) in trust.units { for unit in units.sorted() { add(["signed-unit", id, unit]) } }
        for (id, paths) in trust.paths { for path in paths.sorted() { add(["signed-path", id, path]) } }
    }

    private mutating func add(_ words: [String]) {
        // Not part of any name that is of use; a line that lied would grant something else.
        guard words.allSatisfy({ $0.utf8.allSatisfy { $0 >= 0x20 } }) else {
            return problems.append("a control character in \(words)")
        }
        lines.append(words.joined(separator: "\t"))
    }
}
