internal import AgentPlugins
internal import DesiredState

/// What the agent's room for plugins says, as news. Pure.
enum WorkbenchText {
    static func event(_ event: PluginEvent) -> WorkbenchNews {
        let data = (try? JSONValue(parsing: event.data)) ?? .null
        return WorkbenchNews(
            .event, "\(event.severity) \(event.type): \(event.text)",
            [
                "type": .string(event.type), "severity": .string("\(event.severity)"), "text": .string(event.text),
                "instance": .string(event.instance), "data": data,
            ])
    }

    static func run(_ update: PluginRunUpdate) -> WorkbenchNews {
        let (state, message, percent): (String, String, Int?) =
            switch update.state {
            case .running(let percent, let message): ("running", message, percent)
            case .succeeded: ("succeeded", "", nil)
            case .failed(let message): ("failed", message, nil)
            case .cancelled: ("cancelled", "", nil)
            case .lost(let reason): ("lost", reason, nil)
            }
        let result = update.result.isEmpty ? nil : try? JSONValue(parsing: update.result)
        let parts = [
            "\(update.task) \(state)", percent.map { "\($0) %" } ?? "", message, result.map(CanonicalJSON.text) ?? "",
        ]
        return WorkbenchNews(
            .run, parts.filter { !$0.isEmpty }.joined(separator: " "),
            [
                "task": .string(update.task), "state": .string(state), "message": .string(message),
                "percent": percent.map { .integer(Int64($0)) } ?? .null, "result": result ?? .null,
            ])
    }

    static func state(_ report: ApplicationReport) -> WorkbenchNews {
        let instances = report.instances.map { instance -> JSONValue in
            [
                "instance": .string(instance.instance), "state": .string(instance.state.rawValue),
                "version": .string(instance.version), "details": instance.details,
            ]
        }
        let shown = report.instances.map { instance in
            let name = instance.instance.isEmpty ? "" : "\(instance.instance) "
            return "\(name)\(instance.state.rawValue) \(instance.version) \(CanonicalJSON.text(instance.details))"
        }
        let health = report.health
        let process = health.pid.map { "process \($0) \(health.state.rawValue)" } ?? "process \(health.state.rawValue)"
        let problem = report.settingsProblem.map { ["settings: \($0.reason)"] } ?? []
        return WorkbenchNews(
            .state, ([process] + shown + problem).joined(separator: "; "),
            [
                "process": .string(health.state.rawValue), "instances": .array(instances),
                "restarts": .integer(Int64(health.restarts)), "refusals": .integer(Int64(health.refusals)),
                "lastError": health.lastError.map { .string($0) } ?? .null,
                "settingsProblem": report.settingsProblem.map { .string($0.reason) } ?? .null,
            ])
    }

    static func statistics(_ reports: [ApplicationStatisticsReport]) -> WorkbenchNews {
        var (values, shown): ([JSONValue], [String]) = ([], [])
        for report in reports {
            for value in report.values {
                let name = report.instance.isEmpty ? value.name : "\(report.instance):\(value.name)"
                values.append([
                    "instance": .string(report.instance), "name": .string(value.name), "value": .number(value.value),
                    "unit": .string(value.unit),
                ])
                shown.append(
                    "\(name)=\(CanonicalJSON.text(.number(value.value)))\(value.unit == "1" ? "" : " \(value.unit)")")
            }
        }
        return WorkbenchNews(.statistics, shown.joined(separator: " "), ["values": .array(values)])
    }

    static func end(_ end: HostEnd) -> WorkbenchNews {
        WorkbenchNews(
            .ended, end.withLastLine,
            ["reason": .string(end.description), "lastLine": .string(end.lastLines.last ?? "")])
    }
}
