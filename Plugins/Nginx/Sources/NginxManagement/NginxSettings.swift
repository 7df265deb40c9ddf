package import MartletPluginKit

/// Settings of the nginx plugin; see plugin.yaml.
package struct NginxSettings: Codable, Sendable, Hashable {
    /// Answers and error pages do not tell nginx's version. False leaves it to nginx.conf.
    package var hideVersion: Bool
    /// Largest body of a request; 0 leaves it to nginx.conf.
    package var maxBodyMiB: Int
    /// How long an idle connection is kept; 0 leaves it to nginx.conf.
    package var keepaliveSeconds: Int
    /// Directives for the `http` block, as they are.
    package var snippet: String
    /// How often the plugin looks whether nginx runs.
    package var checkSeconds: Int

    package init(
        hideVersion: Bool = false, maxBodyMiB: Int = 0, keepaliveSeconds: Int = 0, snippet: String = "",
        checkSeconds: Int = 15
    ) {
        self.hideVersion = hideVersion
        self.maxBodyMiB = maxBodyMiB
        self.keepaliveSeconds = keepaliveSeconds
        self.snippet = snippet
        self.checkSeconds = checkSeconds
    }

    /// What the schema cannot say.
    package func check() throws(PluginFailure) {
        guard !snippet.unicodeScalars.contains("\0") else {
            throw PluginFailure(.invalidArgument, "the snippet contains a zero byte", pointer: "/snippet")
        }
        guard !ManagedSnippet.hasMark(snippet) else {
            throw PluginFailure(
                .invalidArgument, "a line of the snippet is one of the plugin's own marks, \"# BEGIN/END martlet\"",
                pointer: "/snippet")
        }
    }
}
