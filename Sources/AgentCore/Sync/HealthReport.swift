import AgentPlugins
import DesiredState
import DeviceProtocol
import OpAMP
import SwiftProtobuf

/// Health as OpAMP has it: one component per application, its instances and its plugin host below it.
enum HealthReport {
    /// Name of the component that stands for the process which hosts a plugin.
    static let hostComponent = "plugin-host"

    static func make(_ applications: [ApplicationReport], start: AgentStart) -> OpAMPComponentHealth {
        var health = OpAMPComponentHealth()
        health.startTimeUnixNano = UInt64(clamping: start.time) * 1_000
        health.status = "running"
        for application in applications { health.componentHealthMap[application.id] = component(application) }
        health.healthy = health.componentHealthMap.values.allSatisfy(\.healthy)
        return health
    }

    private static func component(_ application: ApplicationReport) -> OpAMPComponentHealth {
        var component = OpAMPComponentHealth()
        let host = host(application.host)
        component.status = host.healthy ? overall(application.instances) : "unknown"
        component.healthy = host.healthy && !["degraded", "failed"].contains(component.status)
        component.lastError = host.lastError
        component.attributes = [text("name", application.name), text("plugin.version", application.version)]
        for instance in application.instances {
            component.componentHealthMap[instance.instance.isEmpty ? "default" : instance.instance] = self.instance(instance)
        }
        component.componentHealthMap[hostComponent] = host
        return component
    }

    private static func instance(_ instance: ApplicationInstanceReport) -> OpAMPComponentHealth {
        var component = OpAMPComponentHealth()
        component.status = instance.state.description
        component.healthy = !["degraded", "failed"].contains(component.status)
        component.attributes = [text("version", instance.version)]
        if !instance.details.isEmpty {
            component.attributes.append(text("details", String(decoding: instance.details, as: UTF8.self)))
        }
        return component
    }

    private static func host(_ host: PluginHostReport) -> OpAMPComponentHealth {
        var component = OpAMPComponentHealth()
        component.healthy = host.isRunning
        component.status = host.state
        component.lastError = host.lastError
        component.attributes = [number("restarts", Int64(host.restarts))]
        return component
    }

    /// The worst of the instances; "not installed" when there is none.
    private static func overall(_ instances: [ApplicationInstanceReport]) -> String {
        let states = Set(instances.map(\.state.description))
        return ["failed", "degraded", "stopped", "unknown", "running"].first(where: states.contains) ?? "not-installed"
    }

    static func text(_ key: String, _ value: String) -> OpAMPKeyValue {
        OpAMPKeyValue.with {
            $0.key = key
            $0.value.stringValue = value
        }
    }

    private static func number(_ key: String, _ value: Int64) -> OpAMPKeyValue {
        OpAMPKeyValue.with {
            $0.key = key
            $0.value.intValue = value
        }
    }
}
