/// Parameters of the task scan.
package struct ScanParameters: Codable, Sendable, Hashable {
    package var paths: [String]

    package init(paths: [String]) { self.paths = paths }
}
