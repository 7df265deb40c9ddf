/// Result of the task scan.
package struct ScanReport: Codable, Sendable, Hashable {
    package struct Threat: Codable, Sendable, Hashable {
        package var path: String
        package var name: String
    }

    /// Files clamd looked at.
    package var files = 0
    /// At most `threatLimit` of them; `threatCount` counts all.
    package var threats: [Threat] = []
    package var threatCount = 0
    package var excluded = 0
    package var errors = 0
    /// Of the first error.
    package var firstError: String?
    package var seconds = 0.0

    static let threatLimit = 1000

    package init() {}

    mutating func take(_ answer: ScanAnswer, _ path: String) {
        switch answer {
        case .clean: files += 1
        case .threat(let name):
            files += 1
            threatCount += 1
            if threats.count < Self.threatLimit { threats.append(Threat(path: path, name: name)) }
        case .excluded: excluded += 1
        case .failed(let reason):
            errors += 1
            firstError = firstError ?? "\(path): \(reason)"
        }
    }
}
