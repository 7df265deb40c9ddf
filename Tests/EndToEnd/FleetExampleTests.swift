import DesiredState
import Foundation
import TestStage
import Testing

/// The README's example: the fleet of `manifests/` on a quickstart, with a real clamd and the Linux plugin.
@Suite struct FleetExampleTests {
    private final class Quickstart: Sendable {
        let url = FileManager.default.temporaryDirectory.appendingPathComponent("fe-\(UUID().uuidString.prefix(6))")
        let process: ChildProcess

        init() throws {
            try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
            process = try ChildProcess(
                Products.executable("martlet"),
                [
                    "quickstart", "--dir", url.path, "--agent-port", "0", "--operator-port", "0", "--wake-port", "0",
                ], log: url.appendingPathComponent("quickstart.log"))
        }

        deinit {
            process.signal(SIGINT)
            try? FileManager.default.removeItem(at: url)
        }

        func end() async { process.signal(SIGINT); _ = await process.end() }

        func martlet(_ arguments: [String], input: String? = nil) async throws -> Outcome {
            try await Outcome.of(
                URL(fileURLWithPath: "/usr/bin/env"),
                ["MARTLET_CONFIG=\(url.path)/config.yaml", Products.executable("martlet").path] + arguments,
                input: input)
        }

        @discardableResult
        func operate(_ arguments: String..., input: String? = nil) async throws -> Outcome {
            let outcome = try await martlet(arguments, input: input)
            try outcome.expect(0)
            return outcome
        }

        var clamdConf: URL { url.appendingPathComponent("clamav/clamd.conf") }
        func conf() throws -> String { try String(contentsOf: clamdConf, encoding: .utf8) }
    }

    private static var manifests: String {
        #filePath.split(separator: "/").dropLast(3).reduce("") { $0 + "/" + $1 } + "/manifests"
    }

    @Test(.tags(.R12, .R13, .R14, .R24))
    func
        `the fleet of manifests is applied, a label moves the device, clamd is configured, drift is repaired, a scan finds`()
        async throws
    {
        let place = try Quickstart()
        let host = ProcessInfo.processInfo.hostName.split(separator: ".").first.map(String.init) ?? "vm"
        func log() -> String { String(place.process.text.suffix(1_500)) }
        let devices: JSONValue = try await eventually("a device is there\n\(log())") {
            let outcome = try await place.martlet(["get", "devices", "-o", "json"])
            guard outcome.code == 0, let items = try outcome.json["items"]?.arrayValue, !items.isEmpty else {
                return nil
            }
            return items[0]
        }
        let name = devices["spec"]?["hostname"]?.stringValue ?? devices["status"]?["hostname"]?.stringValue ?? host
        let applied = try await place.operate("apply", "-f", Self.manifests)
        #expect(applied.output.contains("Policy linux-servers: created"))
        let label = """
            apiVersion: martlet/v1
            kind: Device
            metadata: {name: "\(name)", labels: {role: server}}
            """
        #expect(
            try await place.operate("diff", "-f", "-", input: label).output.contains(
                "root -> servers (label role=server)"))
        try await place.operate("apply", "-f", "-", input: label)
        try await place.operate("sync", name, "--wait")
        try await eventually("clamd is configured\n\(log())") {
            let conf = try place.conf()
            return conf.contains("DetectPUA yes") && conf.contains("MaxFileSize 50M")
        }
        let explained = try await place.operate("explain", "policy", name, "martlet.linux").output
        #expect(explained.contains("policy linux-servers") && explained.contains("overridden"))
        // Somebody changes it by hand.
        try place.conf().replacingOccurrences(of: "DetectPUA yes", with: "DetectPUA no")
            .write(to: place.clamdConf, atomically: true, encoding: .utf8)
        try await place.operate("sync", name, "--wait")
        try await eventually("it is repaired\n\(log())") { try place.conf().contains("DetectPUA yes") }
        try await eventually("both are told") {
            let events = try await place.operate("get", "events").output
            return events.contains("/detectPua is false, not true") && events.contains("settings.repaired")
        }
        // A task for devices with that label, in a maintenance window that never stops an operator.
        try await place.operate(
            "apply", "-f", "-",
            input: """
                apiVersion: martlet/v1
                kind: Task
                metadata: {name: scan-samples}
                spec:
                  application: martlet.clamav
                  task: scan
                  parameters: {paths: ["\(place.url.path)/clamav/files"]}
                  scope: {group: root/servers, labels: {role: server}}
                  schedule: {cron: "0 3 * * *", timeZone: UTC}
                  onlyInMaintenanceWindows: true
                """)
        try await place.operate("run", "scan-samples", "--device", name, "--wait")
        try await eventually("the find is told") {
            try await place.operate("get", "events").output.contains("Eicar-Test-Signature")
        }
        await place.end()
    }
}
