import DesiredState
import Manifests
import ServerCore

/// What manifests declare, and how the declared objects are shown.
enum SpecSchemas {
    static let components: [String: JSONValue] = [
        "Group": declared(.group, group), "Secret": shownSecret, "Policy": declared(.policy, policy),
        "Task": declared(.task, task),
        "RemoteConfig": declared(.remoteConfig, remoteConfig),
        "TrustDocument": declared(.trustDocument, trustDocument),
        "PluginPackage": declared(.pluginPackage, pluginPackage),
        "ApplicationSettings": declared(.applicationSettings, applicationSettings),
        "Condition": PolicySchemas.condition,
        "Manifest": manifest,
    ]

    static let group = Schema.object(
        connecting.merging([
            "parent": Schema.group, "serverAddress": Schema.text, "cloneAction": Schema.choice(["hold", "split"]),
            "placement": placement,
        ]) { _, new in new }, required: [])
    private static let placement: JSONValue = [
        "type": "array", "items": Schema.lenient(placementRule), "minItems": 1,
        "maxItems": .integer(Int64(PlacementRuleSpec.most)),
    ]
    private static let patterns: JSONValue = ["anyOf": [Schema.filled, Schema.list(of: Schema.filled)]]
    /// At least one of the conditions; those of what a device says go with trustDeviceFacts.
    private static let placementRule = Schema.object(
        [
            "labels": Schema.texts(), "subnets": Schema.list(of: Schema.filled), "hostname": patterns,
            "operatingSystem": patterns, "trustDeviceFacts": Schema.bool,
        ], required: [])
    /// The value goes in and never comes out.
    static let secret = Schema.object(
        [
            "application": Schema.text, "scope": scope,
            "value": [
                "type": "string", "minLength": 1, "maxLength": .integer(Int64(SecretSpec.longestValue)),
                "writeOnly": true,
            ],
        ], required: ["application", "scope"])
    private static let shownSecret = ObjectSchemas.shown(
        ManifestKind.secret.rawValue, spec: Schema.object(["application": Schema.text, "scope": scope]),
        status: Schema.object(
            ["created": Schema.time, "updated": Schema.time, "valueSet": Schema.time], required: ["created", "updated"])
    )
    static let policy = PolicySchemas.policy
    static let applicationSettings = Schema.object([
        "application": Schema.text, "device": Schema.text, "settings": Schema.anything,
    ])
    static let task = Schema.object(
        [
            "application": Schema.text, "task": Schema.text, "parameters": Schema.anything, "scope": scope,
            "schedule": schedule, "timeLimit": Schema.duration, "randomDelay": Schema.duration,
            "runWhenMissed": Schema.bool, "retry": retry,
            "concurrency": Schema.choice(TaskConcurrency.allCases.map(\.rawValue)),
            "onlyInMaintenanceWindows": Schema.bool,
        ], required: ["application", "task", "scope"])
    static let remoteConfig = Schema.object(["scope": scope, "entries": Schema.texts(Schema.anything)])
    static let trustDocument = Schema.object(["document": Schema.filled, "signature": Schema.filled])
    static let pluginPackage = Schema.object(
        [
            "application": Schema.text, "version": Schema.filled, "group": Schema.group,
            "rollout": Schema.object(
                [
                    "percent": Schema.integer(PluginPackageSpec.percentRange), "paused": Schema.bool,
                    "haltAfterFailures": Schema.integer(PluginPackageSpec.failuresRange),
                ], required: []),
        ], required: ["application", "version", "group"])
    static let enrollmentToken = Schema.object(
        [
            "group": Schema.group, "uses": Schema.integer(SpecLimits.tokenUses), "expires": Schema.duration,
            "requireApproval": Schema.bool,
        ], required: ["group"])
    static let device = Schema.object(connecting.merging(["group": Schema.group]) { _, new in new }, required: [])

    private static let connecting: [String: JSONValue] = [
        "syncInterval": Schema.duration, "keepConnection": Schema.bool,
        "priority": Schema.integer(SpecLimits.priority),
        "maintenanceWindows": [
            "type": "array", "minItems": 1, "maxItems": .integer(Int64(MaintenanceWindow.most)),
            "items": Schema.object(
                ["cron": Schema.text, "timeZone": Schema.text, "duration": Schema.duration],
                required: ["cron", "duration"]),
        ],
    ]
    /// A group, perhaps narrowed by labels, or devices.
    private static let scope = Schema.object(
        [
            "group": Schema.group, "labels": Schema.texts(),
            "devices": ["type": "array", "items": Schema.text, "minItems": 1],
        ], required: [])
    private static let retry = Schema.object(
        ["attempts": Schema.integer(TaskRetry.attemptsRange), "delay": Schema.duration], required: ["attempts"])
    /// One of them; a time zone goes with cron.
    private static let schedule = Schema.object(
        [
            "manual": ["const": true], "atStart": ["const": true], "every": Schema.duration, "once": Schema.text,
            "cron": Schema.text, "timeZone": Schema.text,
            "onEvent": Schema.object(["application": Schema.text, "type": Schema.filled], required: ["type"]),
            "afterTask": Schema.object(
                ["task": Schema.name, "outcome": Schema.choice(TaskTrigger.Outcome.allCases.map(\.rawValue))],
                required: ["task"]),
        ], required: [])

    static func spec(_ kind: ManifestKind) -> JSONValue {
        switch kind {
        case .group: group
        case .secret: secret
        case .policy: policy
        case .task: task
        case .remoteConfig: remoteConfig
        case .trustDocument: trustDocument
        case .pluginPackage: pluginPackage
        case .enrollmentToken: enrollmentToken
        case .device: device
        case .applicationSettings: applicationSettings
        }
    }

    private static func declared(_ kind: ManifestKind, _ spec: JSONValue) -> JSONValue {
        var status: [String: JSONValue] = ["created": Schema.time, "updated": Schema.time]
        if FleetQueries.isDeployed(kind) { status["devices"] = DeploymentSchemas.counts }
        return ObjectSchemas.shown(kind.rawValue, spec: spec, status: Schema.object(status))
    }

    private static let manifest: JSONValue = [
        "oneOf": .array(
            ManifestKind.allCases.map { kind in
                let spec = spec(kind)
                return Schema.object(
                    [
                        "apiVersion": ["const": .string(Manifest.apiVersion)], "kind": Schema.choice([kind.rawValue]),
                        "metadata": Schema.object(
                            ["name": kind == .device ? Schema.text : Schema.name, "labels": Schema.texts()],
                            required: ["name"]), "spec": Schema.lenient(spec),
                    ], required: ["apiVersion", "kind", "metadata"] + (spec["required"] == nil ? [] : ["spec"]))
            })
    ]
}
