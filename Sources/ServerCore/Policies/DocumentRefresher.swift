import DesiredState
import DeviceProtocol
import ServerStore

/// Compiles the documents of devices whose wishes changed.
///
/// A change marks the devices it concerns in its own transaction; this works the marks off in small transactions, and
/// after a crash simply goes on. Devices of which the same is wanted share one document, which is compiled once.
struct DocumentRefresher: Sendable {
    /// Few enough that an order which an operator gives meanwhile does not wait long for its turn.
    static let devicesPerTransaction = 100

    private let writer: GroupedWriter
    private let moment: @Sendable () -> UInt64
    private let memo = DocumentMemo()

    /// `moment` is the facts' cache's.
    init(writer: GroupedWriter, moment: @escaping @Sendable () -> UInt64) {
        self.writer = writer
        self.moment = moment
    }

    /// One transaction's worth; to be called again while there are more.
    func refreshSome() async throws -> CompiledDocuments {
        try await writer.submit(rows: Self.devicesPerTransaction) { transaction in try refreshSome(in: transaction) }
    }

    /// Marks the devices of this group (not of groups below it), or those of them that are not Martlet's agents. Returns
    /// them.
    static func mark(
        group: String, strangersOnly: Bool = false, in transaction: any SQLTransaction
    ) throws -> [DeviceUID] {
        try transaction.query(
            """
            UPDATE devices SET document_wanted = document_wanted + 1
            WHERE group_name = $1\(strangersOnly ? " AND stranger = 1" : "") RETURNING uid
            """, [.text(group)]
        ).compactMap { DeviceUID(try $0.blob("uid")) }
    }

    static func mark(devices: some Collection<DeviceUID>, in transaction: any SQLTransaction) throws {
        try transaction.executeBatch(
            "UPDATE devices SET document_wanted = document_wanted + 1 WHERE uid = $1", devices.map { [.blob($0.bytes)] }
        )
    }

    private func refreshSome(in transaction: any SQLTransaction) throws -> CompiledDocuments {
        var changed = CompiledDocuments(moment: moment())
        let rows = try transaction.query(
            """
            SELECT uid, group_name, stranger, labels, maintenance_windows, document_hash,
                document_wanted
            FROM devices
            WHERE document_compiled < document_wanted ORDER BY uid LIMIT \(Self.devicesPerTransaction)
            """)
        guard let last = try rows.last.flatMap({ DeviceUID(try $0.blob("uid")) }) else { return changed }
        var compiled = try memo.take(in: transaction)
        let compiler = try compiled.wishes.compiler(in: transaction)
        let settings = try DocumentCompiler.Target.settings(ofWaitingUpTo: last, in: transaction)
        var documents = DocumentWriter(transaction)
        var updates: [[SQLValue]] = []
        for row in rows {
            guard let uid = DeviceUID(try row.blob("uid")) else { continue }
            let target = DocumentCompiler.Target(
                device: uid, chain: try compiled.chain(from: row.text("group_name"), in: transaction),
                isStranger: try row.flag("stranger"), labels: try Labels.read(row.text("labels")),
                settings: settings[uid] ?? [:], windows: try MaintenanceWindow.stored(row))
            let hash = try Self.store(target, compiler, &compiled, in: &documents)
            if try hash != row.optionalBlob("document_hash") { changed.hashes[uid] = hash }
            updates.append([.blob(uid.bytes), .blob(hash), .integer(try row.integer("document_wanted"))])
        }
        try transaction.executeBatch(
            "UPDATE devices SET document_hash = $2, document_compiled = $3 WHERE uid = $1", updates)
        memo.keep(compiled)
        changed.hasMore = rows.count == Self.devicesPerTransaction
        return changed
    }

    /// Compiles the target's document unless that was done for another that wants the same. Returns its hash.
    private static func store(
        _ target: DocumentCompiler.Target, _ compiler: DocumentCompiler, _ compiled: inout CompiledSoFar,
        in documents: inout DocumentWriter
    ) throws -> [UInt8] {
        let key = compiler.key(of: target)
        // What is remembered may have been removed meanwhile, when no device had it.
        if let known = compiled.hash(of: key), try documents.holds(known) { return known }
        let hash = try documents.store(compiler.entries(of: target))
        compiled.remember(hash, of: key)
        return hash
    }
}
