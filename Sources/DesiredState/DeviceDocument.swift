/// Everything operators want of one device: settings per application, and the tasks that concern it.
///
/// It travels as OpAMP's remote configuration: one entry per application (`{"settings":{…}}`, with locks and profiles where
/// there are any), one named `martlet.tasks` (`{"tasks":[…]}`) and one named `martlet.secrets` that names secrets without
/// their values (`{"secrets":{NAME:{"application":…,"version":…}}}`), one named `martlet.trust` with a statement of whose
/// plugins may run, signed, and one named `martlet.packages` (`{"packages":{ID:{"version":…,"sha256":…}}}`) that travels in
/// OpAMP's words for packages; each in canonical JSON.
package struct DeviceDocument: Sendable, Hashable {
    package static let tasksEntry = "martlet.tasks"
    package static let secretsEntry = "martlet.secrets"
    package static let packagesEntry = "martlet.packages"
    package static let trustEntry = "martlet.trust"
    /// Of a device's effective configuration: what it decided by itself.
    package static let policyReportEntry = "martlet.policy"
    /// What one document may weigh, over all entries; more is refused when a manifest is applied.
    package static let maximumBytes = 3 << 20

    /// By application id.
    package var applications: [String: ApplicationEntry]
    package var tasks: [TaskDefinition]
    /// By name.
    package var secrets: [String: SecretReference]
    /// By plugin.
    package var packages: [String: PackageOffer]
    /// A `SignedTrust`, as its signer wrote it.
    package var trust: JSONValue?

    package init(
        applications: [String: ApplicationEntry] = [:], tasks: [TaskDefinition] = [],
        secrets: [String: SecretReference] = [:], packages: [String: PackageOffer] = [:], trust: JSONValue? = nil
    ) {
        self.packages = packages
        self.trust = trust
        self.applications = applications
        self.tasks = tasks
        self.secrets = secrets
    }

    /// Entry name to canonical JSON. Tasks are ordered by name, so that the same wishes give the same bytes.
    package func entries() -> [String: [UInt8]] {
        var entries = applications.mapValues { CanonicalJSON.encode($0.json) }
        if !tasks.isEmpty {
            let ordered = tasks.sorted { ($0.name, Digest.hex($0.uid)) < ($1.name, Digest.hex($1.uid)) }
            entries[Self.tasksEntry] = CanonicalJSON.encode(.object(["tasks": .array(ordered.map(\.json))]))
        }
        if !secrets.isEmpty {
            entries[Self.secretsEntry] = CanonicalJSON.encode(.object(["secrets": .object(secrets.mapValues(\.json))]))
        }
        if !packages.isEmpty { entries[Self.packagesEntry] = Self.entry(of: packages) }
        if let trust { entries[Self.trustEntry] = CanonicalJSON.encode(trust) }
        return entries
    }

    package static func entry(of packages: [String: PackageOffer]) -> [UInt8] {
        CanonicalJSON.encode(.object(["packages": .object(packages.mapValues(\.json))]))
    }

    /// OpAMP's `config_hash`: SHA-256 over the sorted pairs of entry name and SHA-256 of the entry's canonical JSON.
    package static func hash(of entries: [String: [UInt8]]) -> [UInt8] {
        var bytes: [UInt8] = []
        for name in entries.keys.sorted(by: { Array($0.utf8).lexicographicallyPrecedes(Array($1.utf8)) }) {
            bytes += name.utf8
            bytes.append(0)
            bytes += Digest.sha256(entries[name] ?? [])
        }
        return Digest.sha256(bytes)
    }

    /// The hash of a document without entries.
    package static let hashOfNothing = hash(of: [:])

    package var hash: [UInt8] { Self.hash(of: entries()) }

    /// Reads entries one by one: what cannot be read is named in `problems` and hides nothing else.
    package static func read(entries: [String: [UInt8]]) -> (document: DeviceDocument, problems: [DocumentError]) {
        var document = DeviceDocument()
        var problems: [DocumentError] = []
        for (name, bytes) in entries {
            do throws(DocumentError) {
                let json = try parse(bytes, entry: name)
                if name == tasksEntry {
                    guard let list = json["tasks"]?.arrayValue else {
                        throw DocumentError(entry: name, reason: "expected an object with a list \"tasks\"")
                    }
                    document.tasks = try list.map { json throws(DocumentError) in try TaskDefinition(json: json) }
                } else if name == secretsEntry {
                    guard let secrets = json["secrets"]?.objectValue else {
                        throw DocumentError(entry: name, reason: "expected an object with an object \"secrets\"")
                    }
                    for (secret, json) in secrets { document.secrets[secret] = try SecretReference(json, name: secret) }
                } else if name == packagesEntry {
                    document.packages = try packages(json)
                } else if name == trustEntry {
                    document.trust = json
                } else {
                    document.applications[name] = try ApplicationEntry(json: json, entry: name)
                }
            } catch {
                problems.append(error)
            }
        }
        return (document, problems)
    }

    package static func packages(_ json: JSONValue) throws(DocumentError) -> [String: PackageOffer] {
        guard let packages = json["packages"]?.objectValue else {
            throw DocumentError(entry: packagesEntry, reason: "expected an object with an object \"packages\"")
        }
        var offers: [String: PackageOffer] = [:]
        for (plugin, json) in packages { offers[plugin] = try PackageOffer(json: json, application: plugin) }
        return offers
    }

    private static func parse(_ bytes: [UInt8], entry: String) throws(DocumentError) -> JSONValue {
        do { return try JSONValue(parsing: bytes) } catch { throw DocumentError(entry: entry, reason: "\(error)") }
    }
}
