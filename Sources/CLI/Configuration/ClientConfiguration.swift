import Foundation
import Yams

/// The operator's contexts: `~/.config/martlet/config.yaml`, or `$MARTLET_CONFIG`. The file holds tokens and is readable
/// by its owner only.
struct ClientConfiguration: Codable, Equatable, Sendable {
    var currentContext: String?
    var contexts: [String: ClientContext] = [:]

    static func path(environment: [String: String] = ProcessInfo.processInfo.environment) -> String {
        if let path = environment["MARTLET_CONFIG"], !path.isEmpty { return path }
        return (environment["HOME"] ?? NSHomeDirectory()) + "/.config/martlet/config.yaml"
    }

    /// An absent file is an empty configuration.
    static func load(from path: String) throws(CLIError) -> ClientConfiguration {
        guard FileManager.default.fileExists(atPath: path) else { return ClientConfiguration() }
        do {
            return try YAMLDecoder().decode(ClientConfiguration.self, from: Data(contentsOf: URL(filePath: path)))
        } catch {
            throw CLIError(.invalidInput, "\(path): expected contexts in YAML, got: \(error)")
        }
    }

    /// Replaces the file in one step.
    func save(to path: String) throws(CLIError) {
        let directory = URL(filePath: path).deletingLastPathComponent()
        let temporary = path + ".new"
        do {
            try FileManager.default.createDirectory(
                at: directory, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
            let text = try YAMLEncoder().encode(self)
            try? FileManager.default.removeItem(atPath: temporary)
            guard
                FileManager.default.createFile(
                    atPath: temporary, contents: Data(text.utf8), attributes: [.posixPermissions: 0o600])
            else { throw CLIError(.failed, "cannot write \(temporary)") }
            guard rename(temporary, path) == 0 else { throw CLIError(.failed, "cannot replace \(path)") }
        } catch let error as CLIError {
            throw error
        } catch {
            throw CLIError(.failed, "\(path): \(error)")
        }
    }
}
