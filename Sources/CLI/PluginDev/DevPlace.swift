import Foundation

/// Where a plugin keeps things while it is tried.
struct DevPlace {
    let path: String
    private let isOurs: Bool

    /// A folder that was given is left; a new one goes with `remove`.
    init(_ given: String?) throws {
        let url = given.map { URL(fileURLWithPath: $0, isDirectory: true) }
        let folder = url ?? FileManager.default.temporaryDirectory.appending(path: "martlet-dev-\(UUID().uuidString)")
        do {
            try FileManager.default.createDirectory(
                at: folder, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
        } catch {
            throw CLIError(.failed, "\(folder.path) cannot be made: \(error.localizedDescription)")
        }
        path = folder.path
        isOurs = given == nil
    }

    func remove() { if isOurs { try? FileManager.default.removeItem(atPath: path) } }
}
