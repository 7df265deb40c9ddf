import DesiredState

/// `explain policy`, for a person.
enum ExplanationText {
    static func make(_ object: JSONValue) -> String {
        var lines = [["SETTING", "VALUE", "FROM", "LOCKED BY", "NOTE"]]
        for setting in list(object, "settings") {
            lines.append([
                setting.text(at: "path") ?? "-", setting["value"].map(CanonicalJSON.text) ?? "-",
                source(setting["source"]), setting.text(at: "lockedBy") ?? "-", note(setting),
            ])
            for word in list(setting, "overridden") {
                let fate = word.text(at: "lockedBy").map { "refused: locked by \($0)" } ?? "overridden"
                lines.append([
                    "  " + (word.text(at: "path") ?? "-"), word["value"].map(CanonicalJSON.text) ?? "-",
                    source(word["source"]), "-", fate,
                ])
            }
        }
        let profiles = list(object, "profiles").map { profile in
            "profile \(profile.text(at: "name") ?? "-") of policy \(profile.text(at: "policy") ?? "-"): "
                + (profile["active"] == .bool(true) ? "holds" : "does not hold")
        }
        let table = Table.align(lines.map { $0.map(Terminal.escaped) })
        return ([table] + profiles.map(Terminal.escaped)).joined(separator: "\n")
    }

    private static func note(_ setting: JSONValue) -> String {
        guard setting["inForce"] != setting["value"], let inForce = setting["inForce"] else { return "" }
        return "in force on the device: \(CanonicalJSON.text(inForce))"
    }

    private static func list(_ object: JSONValue, _ key: String) -> [JSONValue] { object[key]?.arrayValue ?? [] }

    private static func source(_ source: JSONValue?) -> String {
        switch source?.text(at: "kind") {
        case "Policy": "policy \(source?.text(at: "name") ?? "-")"
        case "Profile": "profile \(source?.text(at: "name") ?? "-") of policy \(source?.text(at: "policy") ?? "-")"
        case "ApplicationSettings": "application settings \(source?.text(at: "name") ?? "-")"
        case "Local": "local user"
        case "Default": "default"
        case let other: other ?? "-"
        }
    }
}
