package import DeviceProtocol
package import OpAMP

/// Who this device is, and what it says of itself.
package struct DeviceIdentity: Sendable {
    package let uid: DeviceUID
    package let description: OpAMPAgentDescription

    package init(uid: DeviceUID, host: HostFacts) {
        self.uid = uid
        var description = OpAMPAgentDescription()
        description.identifyingAttributes = [
            HealthReport.text("service.name", "martlet-agent"),
            HealthReport.text("service.version", AgentVersion.current),
            HealthReport.text("service.instance.id", "\(uid)"),
        ]
        description.nonIdentifyingAttributes = [
            HealthReport.text("host.name", host.name), HealthReport.text("host.arch", host.architecture),
            HealthReport.text("os.type", "linux"), HealthReport.text("os.description", host.system),
            HealthReport.text("os.kernel", host.kernel),
        ]
        self.description = description
    }
}
