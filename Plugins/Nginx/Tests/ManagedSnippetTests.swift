import MartletPluginKit
import NginxManagement
import Testing

/// The plugin's file, without any I/O.
struct ManagedSnippetTests {
    private let managed = ManagedSnippet(statusPort: 8091)

    @Test(
        "settings survive the way into the file and back",
        arguments: [
            NginxSettings(),
            NginxSettings(
                hideVersion: true, maxBodyMiB: 7, keepaliveSeconds: 9, snippet: "gzip_vary on;\n\nserver_tokens off;\n",
                checkSeconds: 4),
            NginxSettings(snippet: "\n"),
        ])
    func roundTrip(settings: NginxSettings) {
        let other = NginxSettings(hideVersion: true, maxBodyMiB: 1, snippet: "x", checkSeconds: settings.checkSeconds)
        #expect(managed.settings(in: managed.text(settings), otherwise: other) == settings)
    }

    @Test("what somebody changed in the file is read as it is now")
    func readsChanges() {
        let settings = NginxSettings(maxBodyMiB: 7)
        let edited = managed.text(settings).replacing("client_max_body_size 7m", with: "client_max_body_size 900m")
        #expect(managed.settings(in: edited, otherwise: settings).maxBodyMiB == 900)
        #expect(managed.settings(in: "", otherwise: settings) == NginxSettings())
    }

    @Test("values that are left to nginx.conf are not in the file")
    func leavesOut() {
        let text = managed.text(NginxSettings())
        #expect(!text.contains("server_tokens") && !text.contains("body_size") && !text.contains("keepalive"))
        #expect(text.contains("listen 127.0.0.1:8091;"))
        #expect(!ManagedSnippet(statusPort: nil).text(NginxSettings()).contains("listen"))
    }

    @Test("a snippet with the plugin's own marks is refused with its place")
    func refusesMarks() {
        let settings = NginxSettings(snippet: "gzip on;\n# END martlet snippet\nserver {}")
        #expect { try settings.check() } throws: { ($0 as? PluginFailure)?.pointer == "/snippet" }
    }
}
