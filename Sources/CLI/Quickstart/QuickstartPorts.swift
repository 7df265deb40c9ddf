/// As asked for; 0 is any that is free.
struct QuickstartPorts: Sendable {
    var agents: Int
    var operators: Int
    var wake: Int

    /// Adds to the server's words about a port in use which option it was written with. What exists in the directory
    /// is kept, so that another port needs another directory, or a change of its server.yaml.
    static func namingOptions(_ message: String, file: String) -> String {
        for (setting, option) in [("agents.port", "--agent-port"), ("operators.port", "--operator-port")]
        where message.contains(setting) {
            return message.replacing(" in server.yaml", with: "")
                + " in \(file), or \(option) (0: any that is free) with another --dir"
        }
        return message
    }
}
