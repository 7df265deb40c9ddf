import Manifests
package import PluginPackage

extension ServerConfiguration {
    /// Reads `server.yaml`. Errors name file, line, field, what was expected and what is there.
    package static func parse(_ bytes: [UInt8], file: String) throws(YAMLError) -> ServerConfiguration {
        let root = try YAMLDocument.parse(bytes, file: file).members([
            "dataDirectory", "agents", "operators", "pluginsDirectory", "trustDomain", "names", "wakeTimeout",
            "retention", "artifacts", "log", "certificates", "readmission", "trust",
        ])
        var configuration = ServerConfiguration()
        if let node = root["dataDirectory"] { configuration.dataDirectory = try node.text("a path") }
        if let node = root["pluginsDirectory"] { configuration.pluginsDirectory = try node.text("a path") }
        if let node = root["trustDomain"] { configuration.trustDomain = try node.text("a trust domain") }
        if let node = root["trust"] {
            configuration.operatorCertificates =
                try node.members(["operatorCertificates"]).required("operatorCertificates").texts()
        }
        if let node = root["names"] { configuration.names = try node.texts() }
        if let node = root["wakeTimeout"] { configuration.wakeTimeout = try node.integer(in: 1...600) }
        if let node = root["agents"] { try configuration.readAgents(node) }
        if let node = root["operators"] {
            let members = try node.members(["host", "port", "confirmDevices"])
            configuration.operators = try readListener(members, configuration.operators)
            if let node = members["confirmDevices"] {
                configuration.confirmDevices = Int(try node.integer(in: 0...10_000_000))
            }
        }
        if let node = root["retention"] { try configuration.readRetention(node) }
        if let node = root["artifacts"] { try configuration.readArtifacts(node) }
        if let node = root["certificates"] { try configuration.readCertificates(node) }
        if let node = root["readmission"] {
            let rule = try Self.choice(node, ReadmissionRule.allCases.map(\.rawValue))
            configuration.readmission = ReadmissionRule(rawValue: rule) ?? .ask
        }
        if let node = root["log"] { try configuration.readLog(node) }
        return configuration
    }

    private mutating func readAgents(_ node: YAMLNode) throws(YAMLError) {
        let members = try node.members([
            "host", "port", "offNoticePort", "persistentCeiling", "connectionsPerSecond", "handshakesAtOnce",
            "reconnectWindow", "datagramKeyLife",
        ])
        agents = try Self.readListener(members, agents)
        if let node = members["offNoticePort"] { offNoticePort = Int(try node.integer(in: 0...65_535)) }
        if let node = members["persistentCeiling"] { persistentCeiling = Int(try node.integer(in: 0...10_000_000)) }
        if let node = members["connectionsPerSecond"] { connectionsPerSecond = Int(try node.integer(in: 1...100_000)) }
        if let node = members["handshakesAtOnce"] { handshakesAtOnce = Int(try node.integer(in: 1...100_000)) }
        if let node = members["datagramKeyLife"] {
            datagramKeyLife = try Self.duration(node, in: CertificateSettings.lives)
        }
        if let node = members["reconnectWindow"] { reconnectWindow = try node.integer(in: 1...300) }
    }

    private static func readListener(_ members: YAMLMembers, _ standard: Listener) throws(YAMLError) -> Listener {
        var listener = standard
        if let node = members["host"] { listener.host = try node.text("an address") }
        if let node = members["port"] { listener.port = Int(try node.integer(in: 0...65_535)) }
        return listener
    }

    private mutating func readRetention(_ node: YAMLNode) throws(YAMLError) {
        let members = try node.members(["eventDays", "events", "runDays", "auditDays"])
        let days: ClosedRange<Int64> = 1...36_500
        if let node = members["eventDays"] { retention.eventDays = try node.integer(in: days) }
        if let node = members["events"] { retention.events = try node.integer(in: 1...1_000_000_000) }
        if let node = members["runDays"] { retention.runDays = try node.integer(in: days) }
        if let node = members["auditDays"] { retention.auditDays = try node.integer(in: days) }
    }

    private mutating func readArtifacts(_ node: YAMLNode) throws(YAMLError) {
        let members = try node.members(["perArtifact", "perDevice"])
        if let node = members["perArtifact"] { artifacts.perArtifact = Int64(clamping: try node.bytes()) }
        if let node = members["perDevice"] { artifacts.perDevice = Int64(clamping: try node.bytes()) }
    }

    private mutating func readCertificates(_ node: YAMLNode) throws(YAMLError) {
        let members = try node.members(["deviceLife", "serverLife", "grace"])
        if let node = members["deviceLife"] {
            certificates.deviceLife = try Self.duration(node, in: CertificateSettings.lives)
        }
        if let node = members["serverLife"] {
            certificates.serverLife = try Self.duration(node, in: CertificateSettings.lives)
        }
        if let node = members["grace"] { certificates.grace = try Self.duration(node, in: CertificateSettings.graces) }
    }

    private static func duration(_ node: YAMLNode, in range: ClosedRange<Int64>) throws(YAMLError) -> Int64 {
        let expected =
            "a duration from \(ManifestDuration.text(range.lowerBound)) to \(ManifestDuration.text(range.upperBound))"
        guard let seconds = ManifestDuration.seconds(try node.text(expected)), range.contains(seconds) else {
            throw node.error(expected: expected)
        }
        return seconds
    }

    private mutating func readLog(_ node: YAMLNode) throws(YAMLError) {
        let members = try node.members(["level", "format"])
        if let node = members["level"] { logLevel = try Self.choice(node, Self.logLevels) }
        if let node = members["format"] { logFormat = try Self.choice(node, ["text", "json"]) }
    }

    private static func choice(_ node: YAMLNode, _ choices: [String]) throws(YAMLError) -> String {
        let expected = "one of \(choices.joined(separator: ", "))"
        let text = try node.text(expected)
        guard choices.contains(text) else { throw node.error(expected: expected) }
        return text
    }
}
