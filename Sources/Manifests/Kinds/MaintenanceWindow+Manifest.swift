package import DesiredState

extension MaintenanceWindow {
    /// `maintenanceWindows` of a group or device; nil when it says nothing of them.
    static func read(_ fields: ManifestFields) -> [MaintenanceWindow]? {
        fields.list("maintenanceWindows", atMost: most)?.compactMap { window in
            window.allow(["cron", "timeZone", "duration"])
            window.require("cron", "a cron expression like \"0 2 * * sat\"")
            window.require("duration", "a duration like 4h")
            let opens = window.cronSchedule()
            guard let duration = window.duration("duration", in: durationRange), let opens else { return nil }
            return MaintenanceWindow(opens: opens, duration: duration)
        }
    }

    /// As a manifest writes it.
    package var spec: JSONValue {
        var object: [String: JSONValue] = [
            "cron": .string(opens.expression.text), "duration": .string(ManifestDuration.text(duration)),
        ]
        object["timeZone"] = opens.zone.map { .string($0) }
        return .object(object)
    }
}
