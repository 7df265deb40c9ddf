/// What SQLite refused, with the file and its own words.
package struct SQLiteError: Error, Sendable, CustomStringConvertible {
    package let code: Int32
    package let message: String

    /// SQLITE_FULL: no room on the disk.
    package var isFull: Bool { code & 0xFF == 13 }
    package var description: String { "\(message) (SQLite \(code))" }
}
