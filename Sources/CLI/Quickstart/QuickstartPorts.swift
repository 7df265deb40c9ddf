/// As asked for; 0 is any that is free, nil what the directory's server.yaml says.
struct QuickstartPorts: Sendable {
    static let usualAgents = 13_000
    static let usualOperators = 13_299

    var agents: Int?
    var operators: Int?
    var wake: Int

    /// The server speaks of settings; whoever starts a quickstart has options for them.
    static func namingOptions(_ message: String) -> String {
        for (name, option) in [("agents", "--agent-port"), ("operators", "--operator-port")] {
            let setting = "say another \(name).port or \(name).host in server.yaml"
            guard message.contains(setting) else { continue }
            return message.replacing(setting, with: "say another \(option) (0: any that is free)")
        }
        return message
    }

    /// The text of server.yaml with the ports that were asked for.
    func written(in configuration: String) -> String {
        configuration.split(separator: "\n", omittingEmptySubsequences: false).map { line in
            if let agents, line.hasPrefix("agents: {host: 127.0.0.1, port: ") { return Self.line("agents", agents) }
            if let operators, line.hasPrefix("operators: {host: 127.0.0.1, port: ") {
                return Self.line("operators", operators)
            }
            return String(line)
        }.joined(separator: "\n")
    }

    static func line(_ name: String, _ port: Int) -> String { "\(name): {host: 127.0.0.1, port: \(port)}" }
}
