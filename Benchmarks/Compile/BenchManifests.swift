import DeviceProtocol
import ServerStore

/// What the fleet's operators declare: policies of the two plugins with locks and profiles, tasks, settings of single
/// devices.
struct BenchManifests {
    let groups: Int
    let policies: Int

    static let applications = ["martlet.linux", "martlet.clamav"]
    /// Every hundredth device has settings of its own.
    static let devicesPerOwnSettings = 100
    static let manifestsPerApply = 500

    /// In the order in which they can be applied.
    var declared: [String] {
        let half = policies / 2
        return [
            (1..<groups).map(group).joined(),
            (0..<half).map { policy($0 % 2, of: place($0), value: 1) }.joined(),
            (half..<policies).map { policy($0 % 2, of: place($0), value: 1) }.joined(),
            (0..<20).map(task).joined(),
        ]
    }

    private func name(_ group: Int) -> String { group == 0 ? "root" : "group-\(group)" }

    /// Two policies in a group: the first half from the root down, the second from the end of the tree up.
    private func place(_ policy: Int) -> Int {
        policy < policies / 2 ? policy / 2 : groups - 1 - (policy - policies / 2) / 2
    }

    private func group(_ number: Int) -> String {
        """
        ---
        apiVersion: martlet/v1
        kind: Group
        metadata: {name: \(name(number))}
        spec: {parent: \(name((number - 1) / 10))}

        """
    }

    func policy(_ application: Int, of group: Int, value: Int) -> String {
        let settings =
            application == 0
            ? "{sampleSeconds: \(10 + value), thresholds: {cpuPercent: \(60 + group % 30), diskPercent: 80}}"
            : "{checkSeconds: \(10 + value), excludePaths: [\"^/proc/\", \"^/sys/\", \"^/srv/\(group)/\"], detectPua: true}"
        let locks = group % 7 == 0 ? (application == 0 ? "[/thresholds/memoryPercent]" : "[/alertEncrypted]") : "[]"
        let profile =
            application == 0
            ? "{name: db, when: {labels: {role: db}}, settings: {thresholds: {loadPerCPU: 4}}}"
            : "{name: away, when: {outOfOffice: {unreachableFor: 1h}}, settings: {databaseMaxAgeDays: 3}}"
        return """
            ---
            apiVersion: martlet/v1
            kind: Policy
            metadata: {name: policy-\(application)-\(group)}
            spec:
              application: \(Self.applications[application])
              group: \(name(group))
              settings: \(settings)
              locks: \(locks)
              profiles: [\(profile)]

            """
    }

    private func task(_ number: Int) -> String {
        let scope = number % 4 == 0 ? "{group: root, labels: {role: db}}" : "{group: \(name(number % 10))}"
        return """
            ---
            apiVersion: martlet/v1
            kind: Task
            metadata: {name: task-\(number)}
            spec: {application: martlet.linux, task: collect-facts, scope: \(scope), schedule: {cron: "\(number) 2 * * *"}}

            """
    }

    func own(_ device: DeviceUID, value: Int) -> String {
        """
        ---
        apiVersion: martlet/v1
        kind: ApplicationSettings
        metadata: {name: own-\(device)}
        spec: {application: martlet.linux, device: \(device), settings: {sampleSeconds: \(value)}}

        """
    }

    func ownSettings(_ devices: [DeviceUID]) throws -> [String] {
        let owners = stride(from: 0, to: devices.count, by: Self.devicesPerOwnSettings).map { devices[$0] }
        return stride(from: 0, to: owners.count, by: Self.manifestsPerApply).map { start in
            owners[start..<min(start + Self.manifestsPerApply, owners.count)].map { own($0, value: 30) }.joined()
        }
    }

    static let insertDevice = """
        INSERT INTO devices (uid, hostname, group_name, standing, labels, enrolled_at, description, effective_config,
            udp_key_id, udp_key) VALUES ($1, $2, $3, 'active', $4, $5, $6, $7, 1, $8)
        """

    /// With about as much beside its document as devices tell.
    func row(of device: Int, _ uid: DeviceUID, _ now: Int64) -> [SQLValue] {
        let host = "host-\(device).example.org"
        let text = String(repeating: "0123456789", count: 40)
        return [
            .blob(uid.bytes), .text(host), .text(name(device % groups)),
            .text(#"{"role":"\#(["db", "web", "mail", "build"][device / groups % 4])"}"#), .integer(now),
            .text(#"{"host.name":"\#(host)","os.description":"\#(text)"}"#),
            .text(#"{"martlet.linux":{"note":"\#(text)"}}"#), .blob([UInt8](repeating: 9, count: 32)),
        ]
    }
}
