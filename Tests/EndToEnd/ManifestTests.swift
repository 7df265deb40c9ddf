import DesiredState
import Foundation
import TestStage
import Testing

/// What an operator does with files: diff, apply, prune, and what stands in the way.
@Suite(.tags(.R24)) struct ManifestTests {
    private static func group(_ name: String, _ spec: String = "parent: root") -> String {
        "---\napiVersion: martlet/v1\nkind: Group\nmetadata: {name: \(name)}\nspec: {\(spec)}\n"
    }
    private static func policy(_ name: String, _ group: String, _ greeting: String) -> String {
        """
        ---
        apiVersion: martlet/v1
        kind: Policy
        metadata: {name: \(name)}
        spec: {application: martlet.fixture, group: \(group), settings: {greeting: \(greeting)}}

        """
    }

    @Test func `diff says what apply will do, place by place, and changes nothing`() async throws {
        let stage = try Stage()
        let server = try await stage.server()
        let agent = try await StageAgent.join(server)
        try await agent.synchronised()
        try await server.apply(Self.group("web") + Self.policy("p", "root", "hello"))
        let files = Self.group("web", "parent: root, syncInterval: 5m") + Self.policy("p", "root", "bye")
        let diff = try await server.martlet(["diff", "-f", "-", "--exit-code"], input: files)
        #expect(
            diff.output == """
                Group web: changed
                  + spec.syncInterval: "5m"
                Policy p: changed
                  ~ spec.settings.greeting: "hello" -> "bye"
                1 device would be concerned; nothing was changed

                """)
        #expect(diff.code == 1)
        try await server.apply(files)
        let again = try await server.martlet(["diff", "-f", "-", "--exit-code"], input: files)
        #expect(again.code == 0 && again.output == "nothing would change\n")
        let got = try await server.martlet(["get", "policies", "-o", "yaml"])
        #expect(try await server.martlet(["diff", "-f", "-", "--exit-code"], input: got.output).code == 0)
    }

    @Test func `rules place a device, a preview names it, it says why it is there, and an operator's word wins`()
        async throws
    {
        let stage = try Stage()
        let server = try await stage.server()
        let agent = try await StageAgent.join(server)
        try await agent.synchronised()
        let files =
            Self.group("web", "parent: root, placement: [{hostname: \"web*\", trustDeviceFacts: true}]")
            + Self.policy("p", "web", "hello")
        let diff = try await server.martlet(["diff", "-f", "-"], input: files)
        #expect(diff.output.contains("\n  web1: root -> web (host name web1 is like web*)\n"))
        #expect(diff.output.hasSuffix("\n1 device would be concerned; nothing was changed\n"))
        #expect(try await server.device("web1")["status"]?["group"] == "root")
        try await server.apply(files)
        try await server.operate("sync", "web1", "--wait")
        try await eventually("the policy of its new group is in force") {
            try await server.entry("martlet.fixture", of: "web1")?["status"] == "applied"
        }
        // The device itself knows, too.
        let place: JSONValue = ["group": "root/web", "by": "rule", "because": "host name web1 is like web*"]
        #expect(try await agent.status()["place"] == place)
        let described = try await server.martlet(["describe", "device", "web1"])
        #expect(described.output.contains("host name web1 is like web*"))
        try await server.operate("set", "device", "web1", "--group", "root")
        #expect(try await server.device("web1")["status"]?["placement"]?["by"] == "manual")
        #expect(try await server.martlet(["diff", "-f", "-", "--exit-code"], input: files).code == 0)
        try await server.operate("set", "device", "web1", "--group", "inherit")
        #expect(try await server.device("web1")["status"]?["group"] == "web")
        let got = try await server.martlet(["get", "devices", "-o", "yaml"])
        #expect(try await server.martlet(["diff", "-f", "-", "--exit-code"], input: got.output).code == 0)
    }

    @Test func `prune deletes what the set's files no longer name, in an order that works, and nothing else`()
        async throws
    {
        let stage = try Stage()
        let server = try await stage.server()
        try await server.apply(Self.group("other"))
        let files = stage.path("files")
        try FileManager.default.createDirectory(atPath: files, withIntermediateDirectories: true)
        let all =
            Self.group("a") + Self.group("b", "parent: a") + Self.group("c", "parent: b")
            + Self.policy("p", "c", "hello")
        try stage.write("files/all.yaml", all)
        try await server.operate("apply", "-f", files, "--set", "fleet")
        try stage.write("files/all.yaml", Self.group("a"))
        #expect(try await server.martlet(["apply", "-f", files, "--prune"]).code == 2)
        let diff = try await server.operate("diff", "-f", files, "--set", "fleet", "--prune").output
        #expect(diff.contains("Policy p: deleted") && diff.contains("Group c: deleted"))
        #expect(try await server.get("groups").count == 5)
        let pruned = try await server.operate("apply", "-f", files, "--set", "fleet", "--prune").output
        #expect(pruned.contains("Group b: deleted"))
        let left = try await server.get("groups").compactMap { $0["metadata"]?["name"]?.stringValue }
        #expect(left.sorted() == ["a", "other", "root"])
        #expect(try await server.get("policies").isEmpty)
    }

    @Test func `what was changed since is not overwritten, and the audit says who changed what from what`() async throws
    {
        let stage = try Stage()
        let server = try await stage.server()
        try await server.apply(Self.policy("p", "root", "one"))
        let mine = try await server.operate("get", "policies", "-o", "yaml").output
        try await server.apply(Self.policy("p", "root", "two"))
        let late = try await server.martlet(
            ["apply", "-f", "-"], input: mine.replacingOccurrences(of: "one", with: "three"))
        #expect(late.code == 4 && late.errors.contains("Policy p has revision 2, the manifest was made from 1"))
        let entries = try await server.get("audit", "--kind", "Policy", "--name", "p")
        #expect(entries.map { $0["spec"]?["action"]?.stringValue } == ["changed", "created"])
        #expect(entries[0]["spec"]?["before"]?["settings"]?["greeting"] == "one")
        #expect(entries[0]["spec"]?["detail"]?["settings"]?["greeting"] == "two")
        #expect(entries[0]["spec"]?["operator"]?.stringValue?.isEmpty == false)
    }

    @Test func `a change that concerns more devices than the server lets pass has to be confirmed`() async throws {
        let stage = try Stage()
        try stage.write("unused", "")
        let server = try await stage.server()
        for name in ["web1", "web2"] {
            try await StageAgent.join(server, name: name).synchronised()
        }
        await server.stop()
        let text = try String(contentsOfFile: stage.path("server.yaml"), encoding: .utf8)
        try stage.write(
            "server.yaml",
            text.replacingOccurrences(of: "operators: {host", with: "operators: {confirmDevices: 1, host"))
        let strict = try await server.startAgain()
        let change = Self.policy("p", "root", "hello")
        let refused = try await strict.martlet(["apply", "-f", "-"], input: change)
        #expect(
            refused.code == 4 && refused.errors.contains("--confirm-devices 2"), "\(refused.code) \(refused.errors)")
        #expect(try await strict.get("policies").isEmpty)
        #expect(try await strict.martlet(["diff", "-f", "-"], input: change).code == 0)
        #expect(try await strict.martlet(["apply", "-f", "-", "--confirm-devices", "1"], input: change).code == 4)
        try await strict.operate("apply", "-f", "-", "--confirm-devices", "2", input: change)
        #expect(try await strict.martlet(["delete", "policy", "p"]).code == 4)
        try await strict.operate("delete", "policy", "p", "--confirm-devices", "2")
    }

    @Test(arguments: ["bash", "zsh", "fish"]) func `a shell can complete commands`(shell: String) async throws {
        let stage = try Stage()
        let outcome = try await stage.run("martlet", ["completion", shell])
        try outcome.expect(0)
        #expect(outcome.output.contains("confirm-devices"))
    }
}
