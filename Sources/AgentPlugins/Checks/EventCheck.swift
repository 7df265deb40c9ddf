internal import DesiredState
internal import PluginLink
package import PluginPackage

/// Whether what a plugin emitted is an event of its manifest. Pure.
package enum EventCheck {
    static let sizeLimit = 8192

    package static func event(_ frame: LinkFrame, manifest: PluginManifest) throws(Refusal) -> PluginEvent {
        let type = try text(frame, PL_EVENT_TYPE, "type")
        guard let definition = manifest.event(type) else { throw Refusal("event type \(type) is not in the manifest") }
        let event = PluginEvent(
            id: frame.bytes(PL_EVENT_ID), application: manifest.id, instance: try text(frame, PL_INSTANCE, "instance"),
            severity: try severity(frame, of: definition), type: type, text: try text(frame, PL_MESSAGE, "text"),
            data: frame.bytes(PL_DOCUMENT), time: frame.number(PL_TIME) ?? 0)
        guard event.id.count == 16 else { throw Refusal("an event id has 16 octets") }
        let size = type.utf8.count + event.instance.utf8.count + event.text.utf8.count + event.data.count
        guard size <= sizeLimit else { throw Refusal("an event of \(size) bytes; at most \(sizeLimit) are taken") }
        guard event.instance.utf8.count <= 128 else { throw Refusal("an instance name of more than 128 bytes") }
        guard event.time > 0 else { throw Refusal("an event without a time") }
        try checkData(event.data)
        return event
    }

    /// The manifest says how severe a type can be, which is what operators set their attention by; less is the plugin's to
    /// say.
    private static func severity(
        _ frame: LinkFrame, of definition: PluginEventDefinition
    ) throws(Refusal) -> EventSeverity {
        guard let severity = EventSeverity(rawValue: Int(clamping: frame.number(PL_SEVERITY) ?? 0)) else {
            throw Refusal("an event without a severity")
        }
        guard severity <= EventSeverity(definition.severity) else {
            throw Refusal(
                "event \(definition.type) says \(severity), the manifest \(definition.severity.rawValue) at most")
        }
        return severity
    }

    private static func text(_ frame: LinkFrame, _ tag: Int, _ name: String) throws(Refusal) -> String {
        guard let text = String(validating: frame.bytes(tag), as: UTF8.self) else {
            throw Refusal("an event whose \(name) is not UTF-8")
        }
        return text
    }

    private static func checkData(_ data: [UInt8]) throws(Refusal) {
        guard !data.isEmpty else { return }
        do {
            guard try JSONValue(parsing: data).objectValue != nil else { throw Refusal("event data must be an object") }
        } catch let refusal as Refusal {
            throw refusal
        } catch {
            throw Refusal("event data: \(error)")
        }
    }
}

extension EventSeverity {
    fileprivate init(_ severity: PluginEventDefinition.Severity) {
        self =
            switch severity {
            case .info: .info
            case .warning: .warning
            case .failure: .failure
            case .critical: .critical
            }
    }
}
