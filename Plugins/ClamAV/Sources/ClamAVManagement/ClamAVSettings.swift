/// Settings of the ClamAV plugin; see plugin.yaml.
package struct ClamAVSettings: Codable, Sendable, Hashable {
    package var detectPua: Bool
    package var alertEncrypted: Bool
    package var maxFileSizeMiB: Int
    package var maxScanSizeMiB: Int
    /// Regular expressions of clamd, matched against paths.
    package var excludePaths: [String]
    /// Age from which a database is outdated; 0 is never.
    package var databaseMaxAgeDays: Int
    /// How often the plugin looks whether clamd runs.
    package var checkSeconds: Int
}
