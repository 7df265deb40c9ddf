import CSQLite

extension SQLiteConnection {
    /// A database in memory that holds what `image` held; an empty image gives an empty database.
    convenience init(image: [UInt8]) throws(SQLiteError) {
        try self.init(path: ":memory:", isSmall: true)
        // Only an empty one takes it: pages of 4 KiB would be one for each table and index, most of them empty.
        try script("PRAGMA page_size=1024")
        guard !image.isEmpty else { return }
        guard let copy = sqlite3_malloc64(UInt64(image.count)) else {
            throw SQLiteError(code: SQLITE_NOMEM, message: "no memory for an image of \(image.count) bytes")
        }
        UnsafeMutableRawBufferPointer(start: copy, count: image.count).copyBytes(from: image)
        let size = Int64(image.count)
        // SQLite frees the copy, also when it refuses it.
        let flags = UInt32(SQLITE_DESERIALIZE_FREEONCLOSE | SQLITE_DESERIALIZE_RESIZEABLE)
        let code = sqlite3_deserialize(handle, "main", copy.assumingMemoryBound(to: UInt8.self), size, size, flags)
        guard code == SQLITE_OK else { throw error(code) }
        try script("PRAGMA journal_mode=MEMORY")
    }

    /// Everything committed, as bytes.
    func image() throws(SQLiteError) -> [UInt8] {
        var size: Int64 = 0
        guard let bytes = sqlite3_serialize(handle, "main", &size, 0) else { throw error(SQLITE_NOMEM) }
        defer { sqlite3_free(bytes) }
        return Array(UnsafeRawBufferPointer(start: bytes, count: Int(size)))
    }

    /// From the first refusal on every commit becomes a rollback and an error.
    func guardCommits(by gate: CommitGate) {
        self.gate = gate
        sqlite3_commit_hook(
            handle,
            { context in
                guard let context else { return 0 }
                return Unmanaged<CommitGate>.fromOpaque(context).takeUnretainedValue().mayCommit() ? 0 : 1
            }, Unmanaged.passUnretained(gate).toOpaque())
    }
}
