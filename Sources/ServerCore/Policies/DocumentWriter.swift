import DesiredState
import ServerStore

/// Stores documents, each once, within one transaction.
struct DocumentWriter {
    private let transaction: any SQLTransaction
    /// Hashes that are known to be stored.
    private var stored: Set<[UInt8]> = []

    init(_ transaction: any SQLTransaction) { self.transaction = transaction }

    mutating func holds(_ hash: [UInt8]) throws -> Bool {
        if stored.contains(hash) { return true }
        guard try transaction.first("SELECT hash FROM documents WHERE hash = $1", [.blob(hash)]) != nil else {
            return false
        }
        stored.insert(hash)
        return true
    }

    /// Returns the document's hash.
    mutating func store(_ entries: [String: [UInt8]]) throws -> [UInt8] {
        let hash = DeviceDocument.hash(of: entries)
        guard try !holds(hash) else { return hash }
        try transaction.execute("INSERT INTO documents (hash) VALUES ($1)", [.blob(hash)])
        try transaction.executeBatch(
            "INSERT INTO document_entries (document_hash, entry, hash, body) VALUES ($1, $2, $3, $4)",
            entries.map { name, body in
                [
                    .blob(hash), .text(name), .blob(Digest.sha256(body)), .text(String(decoding: body, as: UTF8.self)),
                ]
            })
        stored.insert(hash)
        return hash
    }

    /// Documents that no device has, at most so many. Looks at every device.
    static func unused(_ most: Int64, in reader: any SQLReader) throws -> [[UInt8]] {
        try reader.query(
            """
            SELECT hash FROM documents WHERE hash NOT IN
                (SELECT document_hash FROM devices WHERE document_hash IS NOT NULL) LIMIT $1
            """, [.integer(most)]
        ).map { try $0.blob("hash") }
    }

    /// Removes documents that no device has, at most so many. Returns how many went.
    static func removeUnused(_ most: Int64, in transaction: any SQLTransaction) throws -> Int {
        let unused = try unused(most, in: transaction).map { [SQLValue.blob($0)] }
        try transaction.executeBatch("DELETE FROM document_entries WHERE document_hash = $1", unused)
        return try transaction.executeBatch("DELETE FROM documents WHERE hash = $1", unused)
    }
}
