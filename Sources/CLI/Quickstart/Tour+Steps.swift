import DesiredState
import Foundation
import NIOHTTP1

extension Tour {
    /// A synchronisation after which the device is as it was.
    func unchangedSync() async throws -> String {
        // The first ones report, a plugin that is still starting not until it runs; then nothing is left to say.
        let before = try await Patience.until("both plugins are reported to run", seconds: 30) {
            try await synchronise()
            let now = try await object()
            return Self.pluginsRun(now) ? now : nil
        }
        try await synchronise()
        let after = try await object()
        guard
            before.value(at: ["status", "effectiveConfiguration"])
                == after.value(at: ["status", "effectiveConfiguration"]),
            before.value(at: ["status", "configuration"]) == after.value(at: ["status", "configuration"])
        else { throw CLIError(.failed, "the device's configuration changed although nobody changed it") }
        guard after.value(at: ["status", "lastSeen"]) != before.value(at: ["status", "lastSeen"]) else {
            throw CLIError(.failed, "the device was not heard from")
        }
        return "heard at \(after.text(at: "status", "lastSeen") ?? "?"), nothing changed"
    }

    private static func pluginsRun(_ device: JSONValue) -> Bool {
        let applications = device.value(at: ["status", "applications"])?.arrayValue ?? []
        return ["martlet.clamav", "martlet.linux"].allSatisfy { plugin in
            applications.contains { $0.text(at: "application") == plugin && $0.text(at: "status") != "unknown" }
        }
    }

    /// A policy that decides whether clamd finds a given file.
    func policy() async throws -> String {
        let file = fleet.place.path(QuickstartFiles.unwantedFile)
        try await applyDetection(false, scanning: file)
        let without = try await threats()
        try await applyDetection(true, scanning: file)
        let with = try await threats()
        guard without.isEmpty, !with.isEmpty else {
            throw CLIError(
                .failed,
                "\(file): found \(without.count) times without detectPua (expected 0), \(with.count) times with it (expected 1)"
            )
        }
        return "\(with.joined(separator: ", ")) in \(file) only with detectPua"
    }

    private func applyDetection(_ on: Bool, scanning path: String) async throws {
        try await apply(
            """
            apiVersion: martlet/v1
            kind: Policy
            metadata: {name: clamav-default}
            spec: {application: martlet.clamav, group: root, settings: {detectPua: \(on), databaseMaxAgeDays: 0}}
            ---
            apiVersion: martlet/v1
            kind: Task
            metadata: {name: scan-tool}
            spec: {application: martlet.clamav, task: scan, parameters: {paths: ["\(path)"]}, scope: {group: root}, schedule: {manual: true}}
            """)
        try await synchronise()
        try await Patience.until("policy clamav-default applied on the device", seconds: 30) {
            let device = try await object()
            let entries = device.value(at: ["status", "configuration", "entries"])?.arrayValue ?? []
            let entry = entries.first { $0.text(at: "entry") == "martlet.clamav" }
            if entry?.text(at: "status") == "failed" {
                throw CLIError(.failed, "policy clamav-default: \(entry?.text(at: "reason") ?? "no reason given")")
            }
            let inForce = device.value(at: ["status", "effectiveConfiguration", "martlet.clamav", "detectPua"])
            return entry?.text(at: "status") == "applied" && inForce == .bool(on)
        }
    }

    private func threats() async throws -> [String] {
        let result = try await run("scan-tool").value(at: ["status", "result"])
        guard result?["files"]?.integerValue ?? 0 > 0 else { throw CLIError(.failed, "the scan looked at no file") }
        return (result?["threats"]?.arrayValue ?? []).map {
            $0.text(at: "threat") ?? $0.text(at: "name") ?? CanonicalJSON.text($0)
        }
    }

    func keepConnection() async throws -> String {
        try await set(["keepConnection": true])
        try await synchronise()
        try await Patience.until("the device is connected", seconds: 15) { try await presence() == "connected" }
        let begun = ContinuousClock.now
        try await synchronise()
        let orderTime = (ContinuousClock.now - begun) / .milliseconds(1)
        try await set(["keepConnection": false])
        try await Patience.until("the connection has ended", seconds: 15) { try await presence() == "periodic" }
        return "on, an order answered in \(Int(orderTime)) ms, off"
    }

    /// A datagram causes a synchronisation although the next one is far.
    func wake() async throws -> String {
        let far = try await secondsToNextSync()
        guard far >= 600 else {
            throw CLIError(.failed, "the next synchronisation is only \(Int(far)) s away; expected 10 minutes at least")
        }
        let before = try await time("lastSeen")
        try await synchronise()
        guard let seen = try await time("lastSeen"), seen > before ?? .distantPast else {
            throw CLIError(.failed, "the device was not heard from")
        }
        let report = try await object().text(at: "status", "wake", "report") ?? "no report"
        guard report.contains("answered") else { throw CLIError(.failed, report) }
        return "\(report); the next one was \(Int(far)) s away"
    }

    private func secondsToNextSync() async throws -> Double {
        guard let next = try await time("nextSync") else {
            throw CLIError(.failed, "the device has no next synchronisation")
        }
        return next.timeIntervalSinceNow
    }

    func taskByWake() async throws -> String {
        let far = try await secondsToNextSync()
        guard far >= 600 else { throw CLIError(.failed, "the next synchronisation is only \(Int(far)) s away") }
        let run = try await run("scan-tool")
        return
            "started \(run.text(at: "status", "started") ?? "?"), \(Int(far)) s before the next synchronisation was due"
    }

    func control() async throws -> String {
        let pidFile = fleet.place.path("clamav/clamd.pid")
        try await order("stop")
        try await Patience.until("clamd is reported stopped", seconds: 15) { try await clamav() == "stopped" }
        guard !FileManager.default.fileExists(atPath: pidFile) else {
            throw CLIError(.failed, "clamd is reported stopped and still runs")
        }
        try await order("start")
        try await Patience.until("clamd is reported running", seconds: 15) {
            if try await clamav() == "running" { return true }
            try await synchronise()
            return try await clamav() == "running"
        }
        return "clamd stopped and started"
    }

    private func order(_ action: String) async throws {
        let body: JSONValue = ["application": "martlet.clamav", "action": .string(action)]
        _ = try await client.followOrder(client.request(.POST, ["devices", device, "app"], body: body), for: 30)
    }

    /// A threat is seen at the server, with the time from the device's finding to the server's receipt.
    func threatEvent() async throws -> String {
        let file = fleet.place.path(QuickstartFiles.threatFile)
        try await apply(
            """
            apiVersion: martlet/v1
            kind: Task
            metadata: {name: scan-threat}
            spec: {application: martlet.clamav, task: scan, parameters: {paths: ["\(file)"]}, scope: {group: root}, schedule: {manual: true}}
            """)
        try await synchronise()
        let begun = Date()
        _ = try await run("scan-threat")
        let event: JSONValue = try await Patience.until("an event threat.found of \(file)", seconds: 30) {
            let items = try await client.request(.GET, ["events"], query: [("limit", "100")])["items"]?.arrayValue ?? []
            return try items.first { event in
                guard event.text(at: "spec", "type") == "threat.found",
                    event.text(at: "spec", "text")?.contains(file) == true
                else { return false }
                return try Self.date(event, "deviceTime") >= begun.addingTimeInterval(-1)
            }
        }
        let latency = try Self.date(event, "received").timeIntervalSince(Self.date(event, "deviceTime"))
        return "\(event.text(at: "spec", "text") ?? ""), at the server after \(Int(latency * 1_000)) ms"
    }

    private static func date(_ event: JSONValue, _ name: String) throws -> Date {
        try Date(
            event.text(at: "status", name) ?? "", strategy: Date.ISO8601FormatStyle(includingFractionalSeconds: true))
    }

    func offNotice() async throws -> String {
        await fleet.stopAgent()
        let begun = ContinuousClock.now
        try await Patience.until("the device is shown as off", seconds: 5) { try await presence() == "off" }
        let shown = (ContinuousClock.now - begun) / .milliseconds(1)
        return
            "\(try await object().text(at: "status", "off", "reason") ?? "off"), shown \(Int(shown)) ms after the agent ended"
    }
}
