/// Everything that is fuzzed: one reader of bytes that a peer, a plugin or a file may choose. The raw value is the name of
/// its folder below `Fuzz/Corpus` and of `MARTLET_FUZZ_TARGET`.
package enum FuzzTarget: String, CaseIterable, Sendable {
    case link
    case opampAgent = "opamp-agent"
    case opampServer = "opamp-server"
    case agentFrame = "agent-frame"
    case serverFrame = "server-frame"
    case datagram
    case manifest
    case pluginManifest = "plugin-manifest"
    case agentYAML = "agent-yaml"
    case upgrade
    case package
    case signature

    /// Reads the bytes as the product does. Returns for every input; what must hold of what was read is a precondition.
    package func run(_ bytes: [UInt8]) {
        switch self {
        case .link: LinkFuzz.run(bytes)
        case .opampAgent: OpAMPAgentFuzz.run(bytes)
        case .opampServer: OpAMPServerFuzz.run(bytes)
        case .agentFrame: AgentFrameFuzz.run(bytes)
        case .serverFrame: ServerFrameFuzz.run(bytes)
        case .datagram: DatagramFuzz.run(bytes)
        case .manifest: ManifestFuzz.run(bytes)
        case .pluginManifest: PluginManifestFuzz.run(bytes)
        case .agentYAML: AgentYAMLFuzz.run(bytes)
        case .upgrade: UpgradeFuzz.run(bytes)
        case .package: PackageFuzz.run(bytes)
        case .signature: SignatureFuzz.run(bytes)
        }
    }
}
