/// The file of the `http` block that belongs to the plugin alone. Pure.
package struct ManagedSnippet: Sendable, Hashable {
    private static let header = "# Written by Martlet from the policy; changes here are overwritten."
    private static let begin = "# BEGIN martlet snippet"
    private static let end = "# END martlet snippet"
    static let statusPath = "/martlet-stub-status"

    /// Where nginx answers with its figures, on the loopback; nil for nowhere.
    package var statusPort: UInt16?

    package init(statusPort: UInt16?) { self.statusPort = statusPort }

    static func hasMark(_ snippet: String) -> Bool {
        snippet.split(separator: "\n").contains { $0 == begin || $0 == end }
    }

    /// The whole file.
    package func text(_ settings: NginxSettings) -> String {
        var lines = [Self.header]
        if settings.hideVersion { lines.append("server_tokens off;") }
        if settings.maxBodyMiB > 0 { lines.append("client_max_body_size \(settings.maxBodyMiB)m;") }
        if settings.keepaliveSeconds > 0 { lines.append("keepalive_timeout \(settings.keepaliveSeconds)s;") }
        if let statusPort {
            lines += [
                "server {", "    listen 127.0.0.1:\(statusPort);", "    access_log off;",
                "    location = \(Self.statusPath) { stub_status; }", "    location / { return 404; }", "}",
            ]
        }
        lines += [Self.begin, settings.snippet, Self.end, ""]
        return lines.joined(separator: "\n")
    }

    /// The settings as a file has them; those that no file can have, from `settings`. What somebody changed is read as it is
    /// now.
    package func settings(in text: String, otherwise settings: NginxSettings) -> NginxSettings {
        let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
        let start = lines.firstIndex { $0 == Self.begin } ?? lines.endIndex
        let end = lines.lastIndex { $0 == Self.end } ?? lines.endIndex
        var found = NginxSettings(checkSeconds: settings.checkSeconds)
        for line in lines[..<start] {
            let words = line.split(separator: " ")
            guard words.count == 2, words[1].hasSuffix(";") else { continue }
            let value = words[1].dropLast()
            switch words[0] {
            case "server_tokens": found.hideVersion = value == "off"
            case "client_max_body_size": found.maxBodyMiB = Int(value.dropLast()) ?? 0
            case "keepalive_timeout": found.keepaliveSeconds = Int(value.dropLast()) ?? 0
            default: break
            }
        }
        if start < end { found.snippet = lines[(start + 1)..<end].joined(separator: "\n") }
        return found
    }
}
