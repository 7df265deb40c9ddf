internal import AgentPlugins
internal import DesiredState
internal import PluginLink
internal import PluginPackage

/// What a record says of the rules. Pure.
struct ProbeJudge {
    let record: ProbeRecord
    let manifest: PluginManifest
    let settings: JSONValue

    /// Scenarios that are a rule by themselves.
    private static let scenarios = [
        "created": "life.destroy-created", "initialised": "life.destroy-initialised", "active": "life.destroy-active",
        "cancelled": "calls.cancelled", "refused": "host.refusals", "bare": "host.bare",
    ]

    /// Calls that are a rule by themselves: the plugin lives through them or does not.
    private static let calls = ["start-without-error": "errors.null", "cancel-unknown": "tasks.cancel-unknown"]

    func judge(_ findings: inout ConformanceFindings) {
        var documents = DocumentJudge(manifest: manifest, settings: settings)
        for frame in record.frames {
            switch frame.type {
            case ProbeFrame.fact:
                findings.note(frame.text(PL_NAME), frame.number(PL_STATUS) == 0, "\(place): \(frame.text(PL_MESSAGE))")
            case ProbeFrame.end:
                let call = frame.text(PL_NAME)
                findings.note(Self.deadline(of: call), true, "")
                if record.scenario == "life" { documents.take(call, frame, &findings) }
            case Int(PL_EVENT): NewsJudge.event(frame, manifest, &findings)
            case Int(PL_FINISHED): NewsJudge.end(frame, &findings)
            case Int(PL_SERVICE), Int(PL_SERVICE_STATE), Int(PL_FILE_WRITE):
                NewsJudge.request(frame, manifest, &findings)
                documents.hasAskedForFiles = documents.hasAskedForFiles || frame.type == PL_FILE_WRITE
            default: break
            }
        }
        if record.scenario == "life" { judgeOffers(&findings) }
        judgeEnd(&findings)
    }

    private var place: String { "scenario \(record.scenario)" }

    /// What the manifest promises must be offered.
    private func judgeOffers(_ findings: inout ConformanceFindings) {
        guard record.frames.contains(where: { $0.type == ProbeFrame.end && $0.text(PL_NAME) == "get_extension" }) else {
            return
        }
        let promises = [
            ("tasks", manifest.tasks.isEmpty), ("statistics", manifest.statistics.isEmpty),
            ("settings", manifest.settings.properties.isEmpty), ("state", false),
        ]
        for (name, isNothing) in promises where !isNothing {
            findings.note(
                "manifest.offers-\(name)", findings.has("extensions.\(name)"),
                "the plugin does not offer martlet.\(name)/1")
        }
    }

    private func judgeEnd(_ findings: inout ConformanceFindings) {
        let scenario = Self.scenarios[record.scenario]
        let printed = record.lastLine.isEmpty ? "" : "; printed last: \(record.lastLine)"
        let place = "\(place), \(record.call.map { "in \($0)" } ?? "between calls")"
        // What the probe told before it ended itself has been noted; its end is no crash of the plugin's.
        let isTold = record.end == .exited(70) && record.frames.last?.type == ProbeFrame.fact
        switch record.end {
        case .done:
            for rule in ["process.no-crash", "process.no-exit", "process.no-hang"] { findings.note(rule, true, "") }
        case .overdue:
            findings.note("process.no-hang", false, "\(place): it did not return in time\(printed)")
            if let call = record.call {
                findings.note(Self.deadline(of: call), false, "\(place): it did not return in time\(printed)")
            }
        case .signalled(let signal):
            findings.note("process.no-crash", false, "\(place): ended by signal \(signal)\(printed)")
        case .exited(let code) where !isTold:
            findings.note("process.no-exit", false, "\(place): the process exited with \(code)\(printed)")
        case .exited: break
        }
        if let rule = record.call.flatMap({ Self.calls[$0] }), record.end != .done {
            findings.note(rule, false, "\(place): the plugin did not live through it\(printed)")
        }
        if let scenario {
            findings.note(scenario, record.end == .done, "\(place): the plugin did not live through it\(printed)")
        }
    }

    /// The calls of one kind share a deadline.
    private static func deadline(of call: String) -> String {
        switch call {
        case "read-before-validate", "read-after-validate": "deadline.read-settings"
        case "apply-again": "deadline.apply"
        case "start-without-error": "deadline.start-task"
        case "cancel-unknown": "deadline.cancel-task"
        case "get_extension": "deadline.get-extension"
        default: "deadline.\(call)"
        }
    }
}
