import AgentPlugins
import DesiredState
import DurableFiles
package import PluginPackage

extension AgentConfiguration {
    package static let maximumBytes = 64 << 10

    /// Reads `agent.yaml`. Errors name file, line, field, what was expected and what is there.
    package static func read(_ path: String) throws -> AgentConfiguration {
        try parse(FileBytes.required(path, limit: maximumBytes), file: path)
    }

    package static func parse(_ bytes: [UInt8], file: String) throws(YAMLError) -> AgentConfiguration {
        let root = try YAMLDocument.parse(bytes, file: file).members([
            "server", "rootCertificate", "trustDomain", "wake", "dataDirectory", "plugins", "socket", "log", "hostname",
            "softwareDatabase", "directUnits", "proxy", "enrollment", "serviceManager", "grants", "trust", "packages",
            "sourceAddress", "user",
        ])
        let server = try root.required("server").members(["host", "port"])
        var configuration = AgentConfiguration(
            server: ServerEndpoint(host: try server.required("host").text("a host name or address")))
        if let port = server["port"] { configuration.server.port = Int(try port.integer(in: 1...65_535)) }
        if let node = root["user"] { configuration.user = try readUser(node) }
        if let node = root["rootCertificate"] { configuration.rootCertificate = try node.text("a path") }
        if let node = root["trustDomain"] { configuration.trustDomain = try node.text("a trust domain") }
        if let node = root["dataDirectory"] { configuration.dataDirectory = try node.text("a path") }
        if let node = root["socket"] { configuration.socket = try node.text("a path") }
        if let node = root["hostname"] { configuration.hostname = try node.text("a host name") }
        if let node = root["softwareDatabase"] { configuration.softwareDatabase = try node.text("a path") }
        if let node = root["enrollment"] {
            let file = try node.members(["tokenFile"]).required("tokenFile")
            configuration.enrollmentTokenFile = try file.text("a path")
        }
        if let node = root["trust"] {
            let list = try node.members(["operatorCertificates"]).required("operatorCertificates")
            configuration.operatorCertificates = try list.texts()
        }
        if let node = root["packages"] {
            let seconds = try node.members(["healthWindow"]).required("healthWindow").integer(in: 1...3_600)
            configuration.healthWindow = seconds * 1_000_000
        }
        if let node = root["wake"] { configuration.wake = try readWake(node) }
        if let node = root["proxy"] { configuration.proxy = try readProxy(node) }
        if let node = root["sourceAddress"] { configuration.sourceAddress = try readAddress(node) }
        if let node = root["plugins"] { try configuration.readPlugins(node) }
        if let node = root["log"] { try configuration.readLog(node) }
        if let node = root["directUnits"] { configuration.directUnits = try readUnits(node) }
        if let node = root["serviceManager"] { configuration.serviceManager = try readCommand(node) }
        if let node = root["grants"] { try configuration.readGrants(node) }
        return configuration
    }

    private static func readPort(_ node: YAMLNode) throws(YAMLError) -> Int { Int(try node.integer(in: 0...65_535)) }

    private static func readWake(_ node: YAMLNode) throws(YAMLError) -> Wake {
        let members = try node.members(["enabled", "host", "port"])
        var wake = Wake()
        if let node = members["enabled"] { wake.enabled = try node.boolean() }
        if let node = members["host"] { wake.host = try node.text("an address") }
        if let node = members["port"] { wake.port = try readPort(node) }
        return wake
    }

    private static func readProxy(_ node: YAMLNode) throws(YAMLError) -> ProxySettings {
        let members = try node.members(["host", "port", "credentialsFile"])
        let host = try members.required("host").text("a host name or address")
        var proxy = ProxySettings(endpoint: ServerEndpoint(host: host, port: ProxySettings.usualPort))
        if let node = members["port"] { proxy.endpoint.port = Int(try node.integer(in: 1...65_535)) }
        if let node = members["credentialsFile"] { proxy.credentialsFile = try node.text("a path") }
        return proxy
    }

    private static func readAddress(_ node: YAMLNode) throws(YAMLError) -> String {
        let text = try node.text("an IPv4 or IPv6 address")
        guard IPAddress(text) != nil else { throw node.error(expected: "an IPv4 or IPv6 address") }
        return text
    }

    private mutating func readPlugins(_ node: YAMLNode) throws(YAMLError) {
        let members = try node.members(["directory", "host"])
        if let node = members["directory"] { pluginsDirectory = try node.text("a path") }
        if let node = members["host"] { pluginHost = try node.text("a path") }
    }

    private mutating func readLog(_ node: YAMLNode) throws(YAMLError) {
        let members = try node.members(["level", "format"])
        if let node = members["level"] { logLevel = try Self.choice(node, Self.logLevels) }
        if let node = members["format"] { logFormat = try Self.choice(node, ["text", "json"]) }
    }

    private static func choice(_ node: YAMLNode, _ choices: [String]) throws(YAMLError) -> String {
        let text = try node.text("one of \(choices.joined(separator: ", "))")
        guard choices.contains(text) else { throw node.error(expected: "one of \(choices.joined(separator: ", "))") }
        return text
    }

    private static func readUnits(_ node: YAMLNode) throws(YAMLError) -> [String: DirectUnit] {
        var units: [String: DirectUnit] = [:]
        for entry in try node.entries() {
            let members = try entry.value.members(["start", "pidFile"])
            units[entry.key] = DirectUnit(
                start: try readCommand(members.required("start")),
                pidFile: try members.required("pidFile").text("a path"))
        }
        return units
    }

    private static func readCommand(_ node: YAMLNode) throws(YAMLError) -> [String] {
        let command = try node.texts()
        guard command.first?.hasPrefix("/") == true else {
            throw node.error(expected: "an absolute path of a program and its arguments")
        }
        return command
    }

    private mutating func readGrants(_ node: YAMLNode) throws(YAMLError) {
        for entry in try node.entries() {
            let members = try entry.value.members(["units", "paths", "user"])
            if let units = members["units"] {
                let names = try units.texts()
                guard names.allSatisfy(PluginUnitGrant.isPlain) else {
                    throw units.error(expected: "names of units, each in full")
                }
                unitGrants[entry.key] = Set(names)
            }
            if let paths = members["paths"] {
                let names = try paths.texts()
                guard names.allSatisfy(PluginPathGrant.isPlain) else {
                    throw paths.error(expected: "absolute paths without . and ..")
                }
                pathGrants[entry.key] = Set(names)
            }
            if let node = members["user"] {
                let granted = try Self.findUser(node)
                guard granted.uid != user?.uid, !PluginUser.isPlugins(granted.uid) else {
                    throw node.error(expected: "a user other than the agent's own and those of plugins")
                }
                userGrants[entry.key] = granted
            }
        }
    }
}
