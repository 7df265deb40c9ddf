package import MartletPluginKit

/// What `nginx -T`, which tests the configuration and prints the files it read, says of it. Pure.
package enum ConfigurationVerdict: Sendable, Hashable {
    case good(readsSnippet: Bool)
    /// nginx's own words about the first thing that is wrong.
    case bad(reason: String)

    /// `readsSnippet` is whether a line named the plugin's file, `user` who ran nginx.
    package init(_ outcome: Command.Outcome, readsSnippet: Bool, user: UInt32 = 0) {
        guard outcome.exitCode != 0 else {
            self = .good(readsSnippet: readsSnippet)
            return
        }
        let said = outcome.lines.first { $0.contains("[emerg]") } ?? outcome.lines.last
        let reason = said.map(Self.plain) ?? "nginx ended with \(outcome.exitCode) and said nothing"
        let isForbidden = user != 0 && reason.contains("Permission denied")
        self = .bad(reason: isForbidden ? "\(reason); \(Self.advice(user))" : reason)
    }

    /// Not the configuration's fault: nginx tests it with the rights of the plugin's process, and serves with root's.
    private static func advice(_ user: UInt32) -> String {
        "the plugin's process has the uid \(user): let the host's owner set grants.martlet.nginx.user in agent.yaml"
    }

    /// The line that `nginx -T` prints before it prints a file.
    static func announcement(of file: String) -> String { "# configuration file \(file):" }

    /// Without time, severity and process: `2026/11/25 18:39:58 [emerg] 1#1: words` and `nginx: [emerg] words` are `words`.
    private static func plain(_ line: String) -> String {
        let words = line.split(separator: " ", omittingEmptySubsequences: false)
        guard let severity = words.firstIndex(of: "[emerg]") else { return line }
        var rest = words[(severity + 1)...]
        if let process = rest.first, process.last == ":", process.dropLast().allSatisfy({ $0.isNumber || $0 == "#" }) {
            rest = rest.dropFirst()
        }
        return rest.joined(separator: " ")
    }
}
