/// What this plugin's scans came to, kept over restarts: clamd itself keeps no totals.
package struct ScanTotals: Codable, Sendable, Hashable {
    /// UTC microseconds.
    package var since: Int64
    package var files = 0
    package var threats = 0
    package var seconds = 0.0

    package init(since: Int64) { self.since = since }
}
