import Manifests
import ServerStore

/// Groups are named by their name, or by their path from the root for readers' sake; the path is checked.
enum GroupPath {
    static func name(of text: String) -> String { text.split(separator: "/").last.map(String.init) ?? text }

    /// Returns what is wrong with `text`, nil when it names a group.
    static func problem(with text: String, in reader: any SQLReader) throws -> String? {
        let name = name(of: text)
        let chain = try GroupRecord.chain(from: name, in: reader).map(\.name)
        guard !chain.isEmpty else { return "no group \"\(name)\"" }
        guard text.contains("/") else { return nil }
        let path = chain.reversed().joined(separator: "/")
        return path == text ? nil : "group \"\(name)\" is at \(path)"
    }
}
