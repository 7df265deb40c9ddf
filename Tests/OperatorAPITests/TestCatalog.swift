import DesiredState
import ServerCore

/// One application with settings of each kind and two tasks.
struct TestCatalog: ApplicationCatalog {
    private let settings: SettingsSchema
    private let scan: SettingsSchema

    init() throws {
        settings = try SettingsSchema(json: [
            "type": "object", "additionalProperties": false, "required": ["engine"],
            "properties": [
                "engine": ["type": "string"], "detectPua": ["type": "boolean"],
                "limits": ["type": "object", "properties": ["mb": ["type": "integer", "maximum": 100]]],
                "blob": ["type": "string"],
            ],
        ])
        scan = try SettingsSchema(json: [
            "type": "object", "required": ["paths"], "additionalProperties": false,
            "properties": ["paths": ["type": "array", "items": ["type": "string"]]],
        ])
    }

    var applications: [String] { ["martlet.clamav"] }
    func schema(of application: String) -> SettingsSchema? { application == "martlet.clamav" ? settings : nil }
    func tasks(of application: String) -> [String] { ["scan", "update"] }

    func parameters(of task: String, in application: String) -> SettingsSchema? {
        switch task {
        case "scan": scan
        case "update": SettingsSchema()
        default: nil
        }
    }
}
