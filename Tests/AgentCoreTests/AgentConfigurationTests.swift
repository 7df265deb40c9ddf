import AgentCore
import Testing

@Suite struct AgentConfigurationTests {
    private static func parse(_ text: String) throws -> AgentConfiguration {
        try AgentConfiguration.parse(Array(text.utf8), file: "agent.yaml")
    }

    @Test func `a server's host is enough, everything else has a default`() throws {
        let configuration = try Self.parse("server: {host: martlet.example.com}\n")
        #expect(configuration.server == ServerEndpoint(host: "martlet.example.com", port: 13000))
        #expect(configuration.wake.port == 15000)
        #expect(configuration.dataDirectory == "/var/lib/martlet-agent")
    }

    @Test(
        "an error names file, line, field, what was expected and what is there",
        arguments: [
            ("server: {host: a, port: 70000}", "agent.yaml:1:", "/server/port", "1 to 65535"),
            ("server: {host: a}\nwkae: {}\n", "agent.yaml:2:1", "wkae", "unknown member"),
            ("dataDirectory: /x\n", "agent.yaml:1:", "/server", "nothing"),
            ("server: {host: a}\nlog:\n  level: loud\n", "agent.yaml:3:", "/log/level", "critical"),
            ("server: {host: a}\nwake: {enabled: maybe}\n", "agent.yaml:2:", "/wake/enabled", "true or false"),
            ("server: {host: a}\nsourceAddress: lo\n", "agent.yaml:2:", "/sourceAddress", "IPv4 or IPv6"),
            ("server: [", "agent.yaml:", "", "valid YAML"),
        ])
    func error(text: String, place: String, path: String, words: String) {
        #expect { try Self.parse(text) } throws: { error in
            let description = "\(error)"
            return description.hasPrefix(place) && description.contains(path) && description.contains(words)
        }
    }
}
