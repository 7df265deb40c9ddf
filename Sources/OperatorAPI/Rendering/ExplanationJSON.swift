import DesiredState
import ServerCore

/// An explanation as JSON.
enum ExplanationJSON {
    static func make(_ explanation: PolicyExplanation) -> JSONValue {
        [
            "device": .string("\(explanation.device)"), "application": .string(explanation.application),
            "settings": .array(explanation.settings.map { setting($0, inForce: explanation.inForce) }),
            "profiles": .array(
                explanation.profiles.map { profile, isActive in
                    [
                        "name": .string(profile.name), "policy": .string(profile.policy), "active": .bool(isActive),
                    ]
                }),
        ]
    }

    private static func setting(_ setting: SettingExplanation, inForce: JSONValue?) -> JSONValue {
        var object: [String: JSONValue] = ["path": .string("\(setting.path)"), "source": source(setting.source)]
        // Null is a value too, so it is not left out.
        object["value"] = setting.value
        object["lockedBy"] = setting.lock.map { .string($0.holder) }
        object["inForce"] = inForce?[setting.path]
        if !setting.overridden.isEmpty { object["overridden"] = .array(setting.overridden.map(word)) }
        return .object(object)
    }

    private static func word(_ word: LayeredSettings.Word) -> JSONValue {
        var object: [String: JSONValue] = [
            "path": .string("\(word.path)"), "value": word.value, "source": source(word.source),
        ]
        object["lockedBy"] = word.lock.map { .string($0.holder) }
        return .object(object)
    }

    private static func source(_ source: SettingsSource) -> JSONValue {
        switch source {
        case .standard: ["kind": "Default"]
        case .policy(let name): ["kind": "Policy", "name": .string(name)]
        case .profile(let name, let policy): ["kind": "Profile", "name": .string(name), "policy": .string(policy)]
        case .applicationSettings(let name): ["kind": "ApplicationSettings", "name": .string(name)]
        case .local: ["kind": "Local"]
        }
    }
}
