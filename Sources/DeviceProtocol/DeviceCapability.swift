/// The names under which Martlet's own messages travel inside OpAMP's custom message.
package enum DeviceCapability {
    package static let name = "martlet.device/v1"
    package static let agentFrame = "AgentFrame"
    package static let serverFrame = "ServerFrame"
}
