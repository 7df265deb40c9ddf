/// Result of the task update-database.
package struct UpdateReport: Codable, Sendable, Hashable {
    package var engine: String
    /// Of the official database; nil without one.
    package var databaseVersion: Int?
    /// What freshclam said last.
    package var output: [String]
}
