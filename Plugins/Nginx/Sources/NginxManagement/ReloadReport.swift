/// The result of a reload.
package struct ReloadReport: Codable, Sendable, Hashable {
    package var workers: Int
}
