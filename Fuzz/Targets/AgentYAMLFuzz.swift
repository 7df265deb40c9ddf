import AgentCore

/// `agent.yaml`.
package enum AgentYAMLFuzz {
    package static func run(_ bytes: [UInt8]) {
        guard bytes.count <= AgentConfiguration.maximumBytes else { return }
        guard let read = try? AgentConfiguration.parse(bytes, file: "agent.yaml") else { return }
        precondition((1...65_535).contains(read.server.port), "a port that is none")
    }
}
