import DesiredState
import Foundation
import TestStage
import Testing

/// The tour, with real ClamAV; each fault makes its step fail by name.
@Suite struct QuickstartTests {
    private static let steps = [
        "enrolled", "unchanged-sync", "policy", "keep-connection", "wake", "task-by-wake", "control", "threat-event",
        "off-notice",
    ]

    private final class Place {
        let url = FileManager.default.temporaryDirectory.appendingPathComponent("qs-\(UUID().uuidString.prefix(6))")
        deinit { try? FileManager.default.removeItem(at: url) }
    }

    private static func arguments(_ place: Place, _ more: [String] = []) -> [String] {
        [
            "quickstart", "--check", "--json", "--dir", place.url.path, "--agent-port", "0", "--operator-port", "0",
            "--wake-port", "0",
        ] + more
    }

    private static func failed(_ outcome: Outcome) throws -> [String] {
        let steps = try #require(try outcome.json["steps"]?.arrayValue)
        #expect(steps.compactMap { $0["name"]?.stringValue } == Self.steps)
        return steps.filter { $0["ok"] != true }.compactMap { $0["name"]?.stringValue }
    }

    /// Runs a shell script in a network and mount namespace of its own, with loopback up.
    private static func isolated(_ script: String) async throws -> Outcome {
        try await Outcome.of(
            URL(fileURLWithPath: "/usr/bin/unshare"),
            ["--net", "--mount", "/bin/sh", "-ec", "ip link set lo up\n" + script])
    }

    private static func quoted(_ arguments: [String]) -> String {
        ([Products.executable("martlet").path] + arguments).map { "'\($0)'" }.joined(separator: " ")
    }

    @Test func `every step of the tour happens`() async throws {
        let place = Place()
        let outcome = try await Outcome.of(Products.executable("martlet"), Self.arguments(place))
        #expect(try Self.failed(outcome) == [], "\(outcome.output)\(outcome.errors)")
        #expect(outcome.code == 0)
        print(outcome.output)
    }

    @Test(.enabled(if: geteuid() == 0, "needs root, for a network and a mount of its own"))
    func `with the wake port dropped the wake fails by name`() async throws {
        let place = Place()
        let outcome = try await Self.isolated(
            """
            nft add table inet t
            nft add chain inet t in '{ type filter hook input priority 0; }'
            nft add rule inet t in udp dport 15999 drop
            \(Self.quoted(Self.arguments(place, ["--wake-port", "15999"])))
            """)
        #expect(outcome.code != 0)
        #expect(try Self.failed(outcome).contains("wake"), "\(outcome.output)\(outcome.errors)")
        #expect(outcome.errors.contains("wake"))
    }

    @Test func `without a clamd that runs the steps that need it fail by name`() async throws {
        let place = Place()
        let outcome = try await Outcome.of(
            Products.executable("martlet"), Self.arguments(place, ["--clamd", "/bin/false"]))
        #expect(outcome.code != 0)
        let failed = try Self.failed(outcome)
        #expect(failed.contains("policy") && failed.contains("threat-event"), "\(outcome.output)\(outcome.errors)")
        #expect(!failed.contains("wake") && !failed.contains("off-notice"), "\(outcome.output)\(outcome.errors)")
    }

    @Test(.enabled(if: geteuid() == 0, "needs root, for a network and a mount of its own"))
    func `with a policy that cannot be applied the policy fails by name`() async throws {
        let place = Place()
        // clamd's configuration is mounted over itself: it can be read and not be replaced.
        let outcome = try await Self.isolated(
            """
            mkdir -p '\(place.url.path)/clamav'
            sock='\(place.url.path)/clamav'
            printf 'LocalSocket %s/clamd.sock\\nPidFile %s/clamd.pid\\nDatabaseDirectory %s/db\\nUser root\\n' "$sock" "$sock" "$sock" > "$sock/clamd.conf"
            mount --bind "$sock/clamd.conf" "$sock/clamd.conf"
            \(Self.quoted(Self.arguments(place)))
            """)
        #expect(outcome.code != 0)
        #expect(try Self.failed(outcome).contains("policy"), "\(outcome.output)\(outcome.errors)")
    }
}
