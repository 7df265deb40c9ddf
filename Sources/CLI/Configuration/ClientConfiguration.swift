import Foundation
import Synchronization
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
            if let warning = exposure(of: path) { Self.warnOnce(warning) }
            return try YAMLDecoder().decode(ClientConfiguration.self, from: Data(contentsOf: URL(filePath: path)))
        } catch {
            throw CLIError(.invalidInput, "\(path): \(explain(error))")
        }
    }

    /// What to say when others than the owner can read the tokens in the file.
    static func exposure(of path: String) -> String? {
        let attributes = try? FileManager.default.attributesOfItem(atPath: path)
        guard let mode = attributes?[.posixPermissions] as? Int, mode & 0o077 != 0 else { return nil }
        return "warning: others can read the tokens in \(path): chmod 600 \(path)"
    }

    private static let warned = Atomic<Bool>(false)

    private static func warnOnce(_ text: String) {
        if !warned.exchange(true, ordering: .relaxed) { Terminal.say(text) }
    }

    private static func explain(_ error: any Error) -> String {
        func field(_ path: [any CodingKey]) -> String {
            path.isEmpty ? "" : path.map(\.stringValue).joined(separator: ".") + ": "
        }
        let shape = "contexts: {NAME: {server: https://HOST:13299, token: …, rootCertificate: FILE}}"
        switch error {
        case DecodingError.keyNotFound(let key, let context):
            return "\(field(context.codingPath + [key]))expected a value, got nothing; the file has the form \(shape)"
        case DecodingError.typeMismatch(_, let context), DecodingError.valueNotFound(_, let context):
            return "\(field(context.codingPath))something else is expected there; the file has the form \(shape)"
        case DecodingError.dataCorrupted(let context):
            return unreadable(context.underlyingError ?? error)
        default: return unreadable(error)
        }
    }

    private static func unreadable(_ error: any Error) -> String {
        switch error {
        case YamlError.scanner(_, let problem, let mark, let text),
            YamlError.parser(_, let problem, let mark, let text),
            YamlError.composer(_, let problem, let mark, let text):
            let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
            let isTab = lines.indices.contains(mark.line - 1) && lines[mark.line - 1].hasPrefix("\t")
            return "line \(mark.line): expected YAML, got \(isTab ? "a tab; indent with spaces" : problem)"
        default: return "expected YAML, got: \(error)"
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
