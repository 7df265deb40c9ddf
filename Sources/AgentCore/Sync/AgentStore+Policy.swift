package import DesiredState

// What the device decides of its settings by itself.
extension AgentStore {
    /// Of one application, at most.
    package static let mostLocalSettings = 256

    /// What the local user wants, by application, each as one object.
    package func localSettings() throws -> [String: JSONValue] {
        var wanted: [String: JSONValue] = [:]
        // In the order of their paths, so that what is said of a part lies over what is said of the whole.
        try database.rows("SELECT application, path, value FROM local_setting ORDER BY application, path") { row in
            guard let path = SettingsPath(pointer: row.text(1)), let value = try? JSONValue(parsing: row.blob(2)) else {
                return
            }
            let application = row.text(0)
            let change = JSONValue(value, at: path)
            wanted[application] = wanted[application].map { SettingsMerge.merge($0, with: change) } ?? change
        }
        return wanted
    }

    /// Remembers what the local user wants at one place; what was wanted below it is forgotten. Throws when there are too
    /// many for the application.
    package func wantLocally(_ value: JSONValue, at path: SettingsPath, of application: String, now: Int64) throws {
        try database.transaction {
            try forget(path, of: application)
            let count = try database.value(
                "SELECT count(*) FROM local_setting WHERE application = ?1", [.text(application)])
            guard count ?? 0 < Self.mostLocalSettings else {
                throw AgentError(
                    "\(application) has \(Self.mostLocalSettings) local settings, which is the limit; unset some")
            }
            try database.run(
                "INSERT INTO local_setting (application, path, value, time) VALUES (?1, ?2, ?3, ?4)",
                [.text(application), .text("\(path)"), .blob(CanonicalJSON.encode(value)), .integer(now)])
        }
    }

    /// Forgets what the local user wanted at a place and below it.
    package func unsetLocally(_ path: SettingsPath, of application: String) throws {
        try database.transaction { try forget(path, of: application) }
    }

    private func forget(_ path: SettingsPath, of application: String) throws {
        var gone: [String] = []
        try database.rows("SELECT path FROM local_setting WHERE application = ?1", [.text(application)]) { row in
            if let known = SettingsPath(pointer: row.text(0)), path.covers(known) { gone.append(row.text(0)) }
        }
        for known in gone {
            try database.run(
                "DELETE FROM local_setting WHERE application = ?1 AND path = ?2", [.text(application), .text(known)])
        }
    }

    /// What the server is to know of it; empty when there is nothing.
    package func policyReport() throws -> JSONValue {
        guard let bytes = try blob(.policyReport) else { return .object([:]) }
        return (try? JSONValue(parsing: bytes)) ?? .object([:])
    }

    package func keep(policyReport: JSONValue) throws {
        guard try policyReport != self.policyReport() else { return }
        try set(.policyReport, .blob(CanonicalJSON.encode(policyReport)))
    }

    /// µs of the device's clock; nil while the server can be reached.
    package func unreachableSince() throws -> Int64? {
        try number(.unreachableSince).flatMap { $0 > 0 ? $0 : nil }
    }

    package func keep(unreachableSince time: Int64?) throws { try set(.unreachableSince, .integer(time ?? 0)) }
}
