import DesiredState
import DeviceProtocol
import Manifests
import ServerStore

/// One change of what is declared, inside its transaction. Problems gather; `finish` throws them all, which undoes the
/// change.
struct Applying {
    struct Outcome: Sendable {
        var result: ApplyResult
        var devices: Set<DeviceUID>
        /// Of the devices nothing is another but what their documents say.
        var changesDocumentsOnly: Bool
    }

    /// What says something about devices in their documents, and nowhere else.
    private static let documentKinds: Set<ManifestKind> = [
        .policy, .applicationSettings, .secret, .remoteConfig, .trustDocument, .pluginPackage,
    ]

    let catalog: any ApplicationCatalog
    let vault: SecretVault
    /// PEM: who may sign what devices trust.
    let trustAnchors: String
    let identity: OperatorIdentity
    let now: Int64
    let transaction: any SQLTransaction
    var problems: [FieldProblem] = []
    var result = ApplyResult()
    var touchedGroups: Set<String> = []
    /// Groups whose OpAMP clients are concerned, and nobody else.
    var touchedStrangers: Set<String> = []
    var touchedDevices: Set<DeviceUID> = []
    /// Devices went, which no manifest says.
    var changesFacts = false
    /// Rules of groups changed: every device that no operator placed is looked at.
    var placesAll = false
    /// Groups in which some devices' documents may be larger than before.
    var grownGroups: Set<String> = []
    /// Tasks that wait for another's end: looked at when everything is stored.
    var chained: [Manifest] = []
    /// As of before anything was stored; nil when nothing that is applied may bring locks.
    var locksBefore: LockBook?
    /// The manifests that were applied, as far as locks may keep them from having an effect.
    var named: [Manifest] = []
    /// That the secret at hand was given a value, without the value.
    var valueChange: JSONDifference?

    init(
        catalog: any ApplicationCatalog, vault: SecretVault, trustAnchors: String = "", identity: OperatorIdentity,
        now: Int64, transaction: any SQLTransaction
    ) {
        self.trustAnchors = trustAnchors
        self.catalog = catalog
        self.vault = vault
        self.identity = identity
        self.now = now
        self.transaction = transaction
    }

    mutating func apply(_ manifest: Manifest) throws {
        let known = problems.count
        let size = CanonicalJSON.encode(manifest.spec.json).count
        guard size <= JSONValue.maximumDocumentBytes else {
            problems.append(
                manifest.problem(
                    at: "spec", expected: "at most \(JSONValue.maximumDocumentBytes) bytes", got: "\(size)"))
            return
        }
        let before = try snapshot(of: manifest)
        if let revision = manifest.metadata.revision, let before, before.revision != revision {
            throw CoreError(
                .conflict,
                "\(manifest.kind.rawValue) \(manifest.metadata.name) has revision \(before.revision), the manifest was made from \(revision): somebody changed it; get it again, or leave metadata.revision out to overwrite"
            )
        }
        try rememberLocks(before: manifest)
        let action: ApplyResult.Action?
        switch manifest.spec {
        case .group(let spec): action = try apply(spec, of: manifest)
        case .secret(let spec): action = try apply(spec, of: manifest)
        case .policy(let spec): action = try apply(spec, of: manifest)
        case .task(let spec): action = try apply(spec, of: manifest)
        case .remoteConfig(let spec): action = try apply(spec, of: manifest)
        case .trustDocument(let spec): action = try apply(spec, of: manifest)
        case .pluginPackage(let spec): action = try apply(spec, of: manifest)
        case .enrollmentToken(let spec): action = try apply(spec, of: manifest)
        case .device(let spec): action = try apply(spec, of: manifest)
        case .applicationSettings(let spec): action = try apply(spec, of: manifest)
        }
        guard problems.count == known, let action else { return }
        if manifest.kind == .policy || manifest.kind == .applicationSettings { named.append(manifest) }
        let name = manifest.metadata.name
        var differences =
            action == .unchanged ? [] : JSONDifference.between(before?.shown, try snapshot(of: manifest)?.shown)
        if let valueChange { differences.append(valueChange) }
        valueChange = nil
        result.changes.append(.init(kind: manifest.kind, name: name, action: action, differences: differences))
        guard action != .unchanged else { return }
        try AuditLog.write(
            action.rawValue, kind: manifest.kind.rawValue, name: name, detail: CanonicalJSON.text(manifest.spec.json),
            before: before.map { CanonicalJSON.text($0.spec) }, by: identity, now: now, in: transaction)
    }

    /// The object that a manifest is about, as it is; nil when it is not there, or not to be told.
    private func snapshot(of manifest: Manifest) throws -> DeclaredState.Current? {
        do {
            return try DeclaredState.read(manifest.kind, name: manifest.metadata.name, in: transaction)
        } catch is CoreError {
            return nil
        }
    }

    /// Marks the devices concerned. Throws `invalid` when there were problems, or when a document became too large.
    mutating func finish() throws -> Outcome {
        try checkChains()
        guard problems.isEmpty else { throw CoreError(.invalid, "the manifests cannot be applied", problems: problems) }
        if placesAll { moved(try DevicePlacer(transaction).placeAll()) }
        try checkSizes()
        try findConflicts()
        try DocumentRefresher.mark(devices: touchedDevices, in: transaction)
        for group in touchedGroups.sorted() {
            touchedDevices.formUnion(try DocumentRefresher.mark(group: group, in: transaction))
        }
        for group in touchedStrangers.subtracting(touchedGroups).sorted() {
            touchedDevices.formUnion(
                try DocumentRefresher.mark(group: group, strangersOnly: true, in: transaction))
        }
        if result.changes.contains(where: { $0.action != .unchanged && DeclaredVersion.covers($0.kind) }) {
            try DeclaredVersion.renew(now: now, in: transaction)
        }
        result.devices = touchedDevices.count
        let changed = result.changes.lazy.filter { $0.action != .unchanged }
        let onlyDocuments =
            result.moves.isEmpty && !changesFacts && changed.allSatisfy { Self.documentKinds.contains($0.kind) }
        return Outcome(result: result, devices: touchedDevices, changesDocumentsOnly: onlyDocuments)
    }

    mutating func moved(_ moves: [DeviceMove]) {
        touchedDevices.formUnion(moves.map(\.device))
        result.add(moves)
    }

    private func checkSizes() throws {
        let groups = touchedGroups.union(touchedStrangers).union(grownGroups)
        guard !groups.isEmpty || !touchedDevices.isEmpty else { return }
        let compiler = try DocumentCompiler.load(from: transaction)
        // Most groups say nothing of their own.
        var sizes: [DocumentCompiler.Key: Int] = [:]
        for group in groups.sorted() {
            let chain = try GroupRecord.chain(from: group, in: transaction).map(\.name)
            let labels = compiler.selectsByLabels(in: chain) ? try self.labels(in: group) : [nil]
            let targets = labels.flatMap { labels in
                [false, true].map { DocumentCompiler.Target(chain: chain, isStranger: $0, labels: labels) }
            }
            let size =
                targets.map { target in
                    let key = compiler.key(of: target)
                    let size = sizes[key] ?? Self.size(compiler.entries(of: target))
                    sizes[key] = size
                    return size
                }.max() ?? 0
            guard size <= DeviceDocument.maximumBytes else {
                throw CoreError(
                    .invalid,
                    "the document of devices in group \(group) would have \(size) bytes; agents accept \(DeviceDocument.maximumBytes)"
                )
            }
        }
    }

    /// The different ones of the group's devices, and none.
    private func labels(in group: String) throws -> [[String: String]?] {
        let rows = try transaction.query(
            "SELECT DISTINCT labels FROM devices WHERE group_name = $1", [.text(group)])
        return try [[:]] + rows.map { try Labels.read($0.text("labels")) }
    }

    static func size(_ entries: [String: [UInt8]]) -> Int {
        entries.reduce(0) { $0 + $1.key.utf8.count + $1.value.count }
    }

    mutating func touchSubtree(of group: String) throws {
        touchedGroups.formUnion(try GroupRecord.subtree(of: group, in: transaction))
    }

    /// Notes a problem and returns nil unless `text` names a group.
    mutating func group(_ text: String, at path: String, of manifest: Manifest) throws -> String? {
        if let problem = try GroupPath.problem(with: text, in: transaction) {
            problems.append(manifest.problem(at: path, expected: "an existing group", got: problem))
            return nil
        }
        return GroupPath.name(of: text)
    }

    /// Creates or changes the row of a named object; unchanged specs and labels keep their revision.
    func store(
        _ manifest: Manifest, in table: String, columns: KeyValuePairs<String, SQLValue>, existing: DeclaredObject?,
        evenIfSame: Bool = false
    ) throws -> ApplyResult.Action {
        if !evenIfSame, let existing, existing.specJSON == manifest.spec.json,
            existing.labels == manifest.metadata.labels
        {
            return .unchanged
        }
        let fixed: KeyValuePairs<String, SQLValue> = [
            "labels": .text(Labels.text(manifest.metadata.labels)),
            "spec": .text(CanonicalJSON.text(manifest.spec.json)),
            "updated_at": .integer(now), "revision": .integer((existing?.revision ?? 0) + 1),
        ]
        let changing = Array(columns) + Array(fixed)
        let kept: [(key: String, value: SQLValue)] =
            existing == nil
            ? [("uid", .blob(Identifier.make(now: now).bytes)), ("created_at", .integer(now))] : []
        let all = [(key: "name", value: SQLValue.text(manifest.metadata.name))] + kept + changing
        if existing == nil {
            let places = (1...all.count).map { "$\($0)" }.joined(separator: ", ")
            try transaction.execute(
                "INSERT INTO \(table) (\(all.map(\.key).joined(separator: ", "))) VALUES (\(places))", all.map(\.value))
            return .created
        }
        let sets = changing.enumerated().map { "\($1.key) = $\($0 + 2)" }.joined(separator: ", ")
        try transaction.execute("UPDATE \(table) SET \(sets) WHERE name = $1", all.map(\.value))
        return .changed
    }

    func existing(_ kind: ManifestKind, _ name: String) throws -> DeclaredObject? {
        try DeclaredState.find(kind, name: name, in: transaction)
    }
}
