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
        for application in applications { health.componentHealthMap[application.plugin] = component(application) }
        health.healthy = health.componentHealthMap.values.allSatisfy(\.healthy)
        return health
    }

    private static func component(_ application: ApplicationReport) -> OpAMPComponentHealth {
        var component = OpAMPComponentHealth()
        let host = host(application.health)
        component.status = host.healthy ? overall(application.instances) : "unknown"
        component.healthy = host.healthy && !["degraded", "failed"].contains(component.status)
        component.lastError = host.lastError
        component.attributes = [text("name", application.name), text("plugin.version", application.version)]
        if let problem = application.settingsProblem {
            component.attributes.append(text("settings.problem", problem.description))
        }
        for instance in application.instances {
            component.componentHealthMap[instance.name] = self.instance(
                instance)
        }
        component.componentHealthMap[hostComponent] = host
        return component
    }

    private static func instance(_ instance: InstanceReport) -> OpAMPComponentHealth {
        var component = OpAMPComponentHealth()
        component.status = instance.state.word
        component.healthy = !["degraded", "failed"].contains(component.status)
        component.attributes = [text("version", instance.version)]
        if instance.details != .object([:]) {
            component.attributes.append(
                OpAMPKeyValue.with {
                    $0.key = "details"
                    $0.value = OpAMPAnyValue(instance.details)
                })
        }
        return component
    }

    private static func host(_ health: PluginHealth) -> OpAMPComponentHealth {
        var component = OpAMPComponentHealth()
        component.healthy = health.state == .running
        component.status = health.state.word
        component.lastError = health.lastError ?? ""
        component.attributes = [number("restarts", Int64(health.restarts)), number("refusals", Int64(health.refusals))]
        if let refusal = health.lastRefusal { component.attributes.append(text("last.refusal", refusal)) }
        return component
    }

    /// The worst of the instances; "not installed" when there is none.
    private static func overall(_ instances: [InstanceReport]) -> String {
        let states = Set(instances.map(\.state.word))
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
