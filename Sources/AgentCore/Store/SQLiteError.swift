/// What SQLite refused, with the file, its own words, and what helps.
package struct SQLiteError: Error, Sendable, CustomStringConvertible {
    package let code: Int32
    package let message: String

    /// SQLITE_FULL: no room on the disk.
    package var isFull: Bool { code & 0xFF == 13 }
    package var description: String { "\(message) (SQLite \(code))\(remedy.map { "; \($0)" } ?? "")" }

    /// The file cannot be written at present, whatever is asked of it: SQLITE_BUSY, READONLY, IOERR, CORRUPT, FULL,
    /// CANTOPEN, NOTADB.
    var isOfTheFile: Bool { [5, 8, 10, 11, 13, 14, 26].contains(code & 0xFF) }

    private var remedy: String? {
        switch code & 0xFF {
        case 5: "another process holds it: end that (fuser shows which)"
        case 10: "free space on its file system, or see the kernel's log for what is wrong with it"
        case 13: "free space on its file system"
        case 14: "its folder must be there and this process needs a free descriptor (LimitNOFILE)"
        default: nil
        }
    }
}
