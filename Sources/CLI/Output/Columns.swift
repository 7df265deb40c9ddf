import DesiredState

/// What `get` shows of each kind.
enum Columns {
    static let devices = Table(columns: [
        .init("UID", path: "metadata", "uid"), .init("HOSTNAME", path: "status", "hostname"),
        .init("GROUP", path: "status", "group"), .init("STATUS", path: "status", "condition", "level"),
        .init("STATE", path: "status", "presence"),
        .init("SINCE", path: "status", "since"), .init("LAST SEEN", path: "status", "lastSeen"),
        .init("NEXT SYNC", path: "status", "nextSync"),
        .init("NOTE") { device in
            device.text(at: "status", "hold", "reason").map { "held: \($0)" }
                ?? device.text(at: "status", "keepConnectionRefused", "reason").map { "keep-connection refused: \($0)" }
                ?? device.text(at: "status", "off", "reason")
                ?? device.value(at: ["status", "condition", "reasons"])?.arrayValue?.first?.text(at: "code")
                ?? (device.text(at: "status", "protocol") == "opamp" ? "OpAMP client" : "-")
        },
    ])
    static let groups = Table(columns: [
        .init("NAME", path: "metadata", "name"), .init("PARENT", path: "spec", "parent"),
        .init("SYNC INTERVAL", path: "spec", "syncInterval"), .init("KEEP CONNECTION", path: "spec", "keepConnection"),
        .init("REVISION", path: "metadata", "revision"),
    ])
    static let policies = Table(columns: [
        .init("NAME", path: "metadata", "name"), .init("APPLICATION", path: "spec", "application"),
        .init("GROUP", path: "spec", "group"),
        .init("ACTIVE") { $0.value(at: ["spec", "active"]) == .bool(false) ? "no" : "yes" },
        .init("APPLIED", path: "status", "devices", "applied"), .init("PENDING", path: "status", "devices", "pending"),
        .init("FAILED", path: "status", "devices", "failed"),
        .init("REVISION", path: "metadata", "revision"), .init("UPDATED", path: "status", "updated"),
    ])
    static let applicationSettings = Table(columns: [
        .init("NAME", path: "metadata", "name"), .init("APPLICATION", path: "spec", "application"),
        .init("DEVICE", path: "spec", "device"), .init("REVISION", path: "metadata", "revision"),
        .init("UPDATED", path: "status", "updated"),
    ])
    static let audit = Table(columns: [
        .init("AT", path: "status", "at"), .init("OPERATOR", path: "spec", "operator"),
        .init("ACTION", path: "spec", "action"), .init("KIND", path: "spec", "kind"),
        .init("NAME", path: "spec", "name"),
    ])
    static let tasks = Table(columns: [
        .init("NAME", path: "metadata", "name"), .init("APPLICATION", path: "spec", "application"),
        .init("TASK", path: "spec", "task"),
        .init("SCHEDULE") { ScheduleText.make($0.value(at: ["spec", "schedule"]) ?? .null) },
        .init("SCOPE", scope), .init("APPLIED", path: "status", "devices", "applied"),
        .init("PENDING", path: "status", "devices", "pending"), .init("FAILED", path: "status", "devices", "failed"),
    ])
    static let secrets = Table(columns: [
        .init("NAME", path: "metadata", "name"), .init("APPLICATION", path: "spec", "application"),
        .init("SCOPE", scope), .init("VALUE SET", path: "status", "valueSet"),
        .init("REVISION", path: "metadata", "revision"),
    ])
    static let remoteConfigs = Table(columns: [
        .init("NAME", path: "metadata", "name"),
        .init("SCOPE", scope),
        .init("ENTRIES") {
            let names = $0.value(at: ["spec", "entries"])?.objectValue?.keys.sorted() ?? []
            return names.map { $0.isEmpty ? "\"\"" : $0 }.joined(separator: ", ")
        }, .init("REVISION", path: "metadata", "revision"), .init("UPDATED", path: "status", "updated"),
    ])
    static let packages = Table(columns: [
        .init("APPLICATION", path: "application"), .init("VERSION", path: "version"),
        .init("FOR") { ($0["architectures"]?.arrayValue ?? []).compactMap(\.stringValue).joined(separator: ", ") },
        .init("SIGNER", path: "signer"), .init("PUSHED", path: "created"), .init("SHA256", path: "sha256"),
    ])
    static let pluginPackages = Table(columns: [
        .init("NAME", path: "metadata", "name"), .init("APPLICATION", path: "spec", "application"),
        .init("VERSION", path: "spec", "version"), .init("GROUP", path: "spec", "group"),
        .init("ROLLOUT") { object in
            let rollout = object.value(at: ["spec", "rollout"])
            let percent = "\(rollout?["percent"]?.integerValue ?? 100) %"
            return rollout?["paused"] == true ? percent + ", paused" : percent
        }, .init("UPDATED", path: "status", "updated"),
    ])
    static let trustDocuments = Table(columns: [
        .init("NAME", path: "metadata", "name"),
        .init("VENDORS") { object in
            let document = object.text(at: "spec", "document").flatMap { try? JSONValue(parsing: $0) }
            return (document?["vendors"]?.arrayValue ?? []).compactMap { $0.text(at: "name") }.joined(separator: ", ")
        }, .init("UPDATED", path: "status", "updated"),
    ])
    static let runs = Table(columns: [
        .init("RUN", path: "metadata", "uid"), .init("TASK", path: "spec", "taskName"),
        .init("DEVICE", path: "spec", "device"), .init("STATE", path: "status", "state"),
        .init("%", path: "status", "percent"), .init("CREATED", path: "status", "created"),
        .init("MESSAGE") { $0.text(at: "status", "message") ?? $0.text(at: "status", "note") ?? "-" },
    ])
    static let artifacts = Table(columns: [
        .init("NAME", path: "name"), .init("SIZE", path: "size"), .init("SHA-256", path: "sha256"),
        .init("CREATED", path: "created"),
    ])
    static let events = Table(columns: [
        .init("RECEIVED", path: "status", "received"), .init("SEVERITY", path: "spec", "severity"),
        .init("DEVICE") { $0.text(at: "spec", "hostname") ?? $0.text(at: "spec", "device") ?? "-" },
        .init("APPLICATION", path: "spec", "application"), .init("TYPE", path: "spec", "type"),
        .init("TEXT", path: "spec", "text"),
    ])
    static let software = Table(columns: [
        .init("DEVICE", path: "spec", "device"), .init("NAME", path: "spec", "name"),
        .init("VERSION", path: "spec", "version"), .init("ARCHITECTURE", path: "spec", "architecture"),
        .init("SOURCE", path: "spec", "source"),
    ])
    static let statistics = Table(columns: [
        .init("DEVICE", path: "spec", "device"), .init("APPLICATION", path: "spec", "application"),
        .init("INSTANCE", path: "spec", "instance"), .init("NAME", path: "spec", "name"),
        .init("VALUE", path: "status", "value"), .init("UNIT", path: "spec", "unit"),
        .init("TIME", path: "status", "time"),
    ])
    static let readmissions = Table(columns: [
        .init("UID", path: "metadata", "uid"), .init("REASON", path: "status", "reason"),
        .init("ADDRESS", path: "status", "address"), .init("FIRST", path: "status", "first"),
        .init("LAST", path: "status", "last"), .init("CERTIFICATE UNTIL", path: "status", "notAfter"),
    ])
    static let tokens = Table(columns: [
        .init("NAME", path: "metadata", "name"), .init("KIND", path: "kind"), .init("ROLE", path: "spec", "role"),
        .init("GROUP", path: "spec", "group"),
        .init("USED") { token in
            guard let used = token.text(at: "status", "used") else { return "-" }
            return used + "/" + (token.text(at: "spec", "uses") ?? "any")
        }, .init("SECRET") { $0.value(at: ["status", "armed"]) == .bool(false) ? "not made" : "made" },
        .init("EXPIRES", path: "status", "expires"), .init("LAST USED", path: "status", "lastUsed"),
    ])

    /// `root/servers role=db`, or the named devices.
    @Sendable private static func scope(_ object: JSONValue) -> String {
        guard let group = object.text(at: "spec", "scope", "group") else {
            return object.text(at: "spec", "scope", "devices") ?? "-"
        }
        let labels = object.value(at: ["spec", "scope", "labels"])?.objectValue ?? [:]
        return ([group] + labels.keys.sorted().map { "\($0)=\(labels[$0]?.stringValue ?? "")" }).joined(separator: " ")
    }
}
