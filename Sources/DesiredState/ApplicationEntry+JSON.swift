extension ApplicationEntry {
    /// As it travels. `settings` is what holds without any condition: all that an agent before locks and profiles reads.
    /// Members that say nothing are left out.
    package var json: JSONValue {
        let plain = merged { $0.condition == .always }.value
        var object: [String: JSONValue] = ["settings": plain]
        if plain != settings { object["base"] = settings }
        if !locks.isEmpty { object["locks"] = .array(locks.map(Self.json)) }
        if !profiles.isEmpty { object["profiles"] = .array(profiles.map(Self.json)) }
        if let device { object["device"] = ["name": .string(device.name), "settings": device.settings] }
        return .object(object)
    }

    private static func json(_ lock: SettingsLock) -> JSONValue {
        ["path": .string("\(lock.path)"), "by": .string(lock.holder), "level": .integer(Int64(lock.level))]
    }

    private static func json(_ profile: SettingsProfile) -> JSONValue {
        var object: [String: JSONValue] = [
            "name": .string(profile.name), "policy": .string(profile.policy),
            "level": .integer(Int64(profile.level)), "settings": profile.settings,
        ]
        if profile.condition != .always { object["when"] = profile.condition.json }
        if !profile.locks.isEmpty { object["locks"] = .array(profile.locks.map { .string("\($0)") }) }
        return .object(object)
    }

    /// Throws the first thing that cannot be read. An entry of a server before locks has `settings` alone.
    init(json: JSONValue, entry: String) throws(DocumentError) {
        let plain = try Self.object("settings", of: json, entry)
        settings = json["base"] == nil ? plain : try Self.object("base", of: json, entry)
        locks = try Self.list("locks", of: json, entry).map { json throws(DocumentError) in
            SettingsLock(
                path: try Self.path(json["path"], entry), holder: try Self.text("by", of: json, entry),
                level: try Self.level(of: json, entry))
        }
        profiles = try Self.list("profiles", of: json, entry).map { json throws(DocumentError) in
            SettingsProfile(
                name: try Self.text("name", of: json, entry), policy: try Self.text("policy", of: json, entry),
                level: try Self.level(of: json, entry),
                condition: try json["when"].map { json throws(DocumentError) in
                    try SettingsCondition(json: json, entry: entry)
                } ?? .always,
                settings: try Self.object("settings", of: json, entry),
                locks: try Self.list("locks", of: json, entry).map { json throws(DocumentError) in
                    try Self.path(json, entry)
                })
        }
        if let device = json["device"] {
            self.device = DeviceSettings(
                name: try Self.text("name", of: device, entry), settings: try Self.object("settings", of: device, entry)
            )
        }
    }

    private static func object(_ key: String, of json: JSONValue, _ entry: String) throws(DocumentError) -> JSONValue {
        guard let value = json[key], value.objectValue != nil else {
            throw DocumentError(entry: entry, reason: "expected an object with an object \"\(key)\"")
        }
        return value
    }

    private static func list(_ key: String, of json: JSONValue, _ entry: String) throws(DocumentError) -> [JSONValue] {
        guard let value = json[key] else { return [] }
        guard let list = value.arrayValue else {
            throw DocumentError(entry: entry, reason: "expected \"\(key)\" to be a list")
        }
        return list
    }

    private static func text(_ key: String, of json: JSONValue, _ entry: String) throws(DocumentError) -> String {
        guard let text = json[key]?.stringValue else {
            throw DocumentError(entry: entry, reason: "expected a text \"\(key)\"")
        }
        return text
    }

    private static func level(of json: JSONValue, _ entry: String) throws(DocumentError) -> Int {
        guard let level = json["level"]?.integerValue, (0..<Int64(SettingsLayer.deviceLevel)).contains(level) else {
            throw DocumentError(entry: entry, reason: "expected \"level\" from 0 to \(SettingsLayer.deviceLevel - 1)")
        }
        return Int(level)
    }

    private static func path(_ json: JSONValue?, _ entry: String) throws(DocumentError) -> SettingsPath {
        guard let path = json?.stringValue.flatMap(SettingsPath.init(pointer:)) else {
            throw DocumentError(entry: entry, reason: "expected a lock to be a JSON pointer")
        }
        return path
    }
}
