internal import AgentPlugins
internal import DesiredState
internal import PluginLink
internal import PluginPackage

/// The rules about what a plugin answers in documents. Pure; calls are taken in their order.
struct DocumentJudge {
    let manifest: PluginManifest
    let settings: JSONValue
    private var beforeValidate: [UInt8]?
    /// The plugin had the host write files, which the probe's host does not: what it reads back from them is no drift.
    var hasAskedForFiles = false

    init(manifest: PluginManifest, settings: JSONValue) {
        self.manifest = manifest
        self.settings = settings
    }

    mutating func take(_ call: String, _ frame: LinkFrame, _ findings: inout ConformanceFindings) {
        let (status, document) = (frame.number(PL_STATUS) ?? 0, frame.bytes(PL_DOCUMENT))
        let why = "it returned status \(status): \(frame.text(PL_MESSAGE))"
        switch call {
        case "read-state": state(status == 0, why, document, &findings)
        case "read-statistics": statistics(status == 0, why, document, &findings)
        case "validate": findings.note("settings.validate", status == 0, why)
        case "apply": findings.note("settings.apply", status == 0, why)
        case "apply-again": findings.note("settings.apply-again", status == 0, why)
        case "read-before-validate": beforeValidate = status == 0 ? document : nil
        case "read-after-validate":
            guard let beforeValidate, status == 0 else { return }
            findings.note("settings.validate-pure", document == beforeValidate, "validate changed what is in force")
        case "read-settings": inForce(status == 0, why, document, &findings)
        default: break
        }
    }

    private func state(_ isGiven: Bool, _ why: String, _ document: [UInt8], _ findings: inout ConformanceFindings) {
        findings.note("state.given", isGiven, why)
        guard isGiven else { return }
        guard isJSON("state.json", document, &findings) else { return }
        do throws(Refusal) {
            let instances = try StateCheck.instances(document)
            findings.note("state.shape", true, "")
            let unknown = instances.first { $0.state == .unknown }
            findings.note(
                "state.words", unknown == nil, "instance \"\(unknown?.instance ?? "")\" is in a state with no name")
        } catch {
            findings.note("state.shape", false, error.reason)
        }
    }

    private func statistics(_ isGiven: Bool, _ why: String, _ document: [UInt8], _ findings: inout ConformanceFindings)
    {
        findings.note("statistics.given", isGiven, why)
        guard isGiven, isJSON("statistics.json", document, &findings) else { return }
        do throws(Refusal) {
            let result = try StatisticsCheck.reports(document, manifest: manifest, time: 1)
            findings.note("statistics.shape", true, "")
            findings.note("statistics.declared", result.refusals.isEmpty, result.refusals.first?.reason ?? "")
        } catch {
            findings.note("statistics.shape", false, error.reason)
        }
    }

    private func inForce(_ isGiven: Bool, _ why: String, _ document: [UInt8], _ findings: inout ConformanceFindings) {
        findings.note("settings.read", isGiven, why)
        guard isGiven, isJSON("settings.json", document, &findings) else { return }
        guard let read = try? JSONValue(parsing: document) else { return }
        findings.note("settings.object", read.objectValue != nil, "the settings in force are no JSON object")
        let drift = SettingsDrift.between(applied: settings, inForce: read, schema: manifest.settings)
        guard drift.isEmpty || !hasAskedForFiles else { return }
        findings.note("settings.read-back", drift.isEmpty, drift.first?.text ?? "")
    }

    private func isJSON(_ check: String, _ document: [UInt8], _ findings: inout ConformanceFindings) -> Bool {
        do throws(JSONError) {
            _ = try JSONValue(parsing: document)
            findings.note(check, true, "")
            return true
        } catch {
            findings.note(check, false, "\(error)")
            return false
        }
    }
}
