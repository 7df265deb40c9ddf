internal import AgentPlugins
internal import DesiredState
internal import PluginLink
internal import PluginPackage

/// The rules about what a plugin says by itself, held against its manifest. Pure.
enum NewsJudge {
    static func event(_ frame: LinkFrame, _ manifest: PluginManifest, _ findings: inout ConformanceFindings) {
        let (type, text, data) = (frame.text(PL_EVENT_TYPE), frame.bytes(PL_MESSAGE), frame.bytes(PL_DOCUMENT))
        findings.note("events.declared", manifest.event(type) != nil, "event type \(type) is not in the manifest")
        findings.note(
            "events.text", !text.isEmpty && String(validating: text, as: UTF8.self) != nil,
            "event \(type) has no text, or one that is no UTF-8")
        if !data.isEmpty {
            let isObject = (try? JSONValue(parsing: data))?.objectValue != nil
            findings.note("events.data", isObject, "the data of event \(type) is no JSON object")
        }
        do throws(Refusal) {
            _ = try EventCheck.event(frame, manifest: manifest)
            findings.note("events.accepted", true, "")
        } catch {
            findings.note("events.accepted", false, error.reason)
        }
    }

    static func end(_ frame: LinkFrame, _ findings: inout ConformanceFindings) {
        let result = frame.bytes(PL_DOCUMENT)
        guard !result.isEmpty else { return }
        findings.note(
            "tasks.result-json", (try? JSONValue(parsing: result)) != nil, "a run's result is no JSON document")
    }

    static func request(_ frame: LinkFrame, _ manifest: PluginManifest, _ findings: inout ConformanceFindings) {
        let name = frame.text(PL_NAME)
        if frame.type == PL_FILE_WRITE {
            findings.note(
                "file.declared", manifest.paths.contains { $0.covers(name) }, "path \(name) is not in the manifest")
        } else {
            findings.note(
                "service.declared", manifest.units.contains { $0.covers(name) }, "unit \(name) is not in the manifest")
        }
    }
}
