import DesiredState
import Foundation
import NIOHTTP1

/// What the quickstart shows, performed by itself over the operators' interface. A step that fails does not keep the
/// others from being tried.
struct Tour: Sendable {
    static let names = [
        "enrolled", "unchanged-sync", "policy", "keep-connection", "wake", "task-by-wake", "control", "threat-event",
        "off-notice",
    ]

    let fleet: Quickstart
    let client: APIClient
    let device: String

    static func perform(_ fleet: Quickstart, progress: (TourStep) -> Void) async throws -> TourReport {
        var report = TourReport()
        let client = fleet.client
        var device = ""
        let first = await step("enrolled") {
            device = try await enrolled(client)
            return "device \(device)"
        }
        report.steps.append(first)
        progress(first)
        guard first.ok else { return report }
        let tour = Tour(fleet: fleet, client: client, device: device)
        for name in names.dropFirst() {
            let step = await step(name) { try await tour.perform(name) }
            report.steps.append(step)
            progress(step)
        }
        return report
    }

    private func perform(_ name: String) async throws -> String {
        switch name {
        case "unchanged-sync": try await unchangedSync()
        case "policy": try await policy()
        case "keep-connection": try await keepConnection()
        case "wake": try await wake()
        case "task-by-wake": try await taskByWake()
        case "control": try await control()
        case "threat-event": try await threatEvent()
        case "off-notice": try await offNotice()
        default: throw CLIError(.failed, "no such step")
        }
    }

    private static func step(_ name: String, _ body: () async throws -> String) async -> TourStep {
        let begun = ContinuousClock.now
        let (ok, detail): (Bool, String)
        do { (ok, detail) = (true, try await body()) } catch { (ok, detail) = (false, "\(error)") }
        return TourStep(
            name: name, ok: ok, milliseconds: Int64((ContinuousClock.now - begun) / .milliseconds(1)),
            detail: Terminal.escaped(detail))
    }

    /// Returns the device's uid once it has synchronised.
    private static func enrolled(_ client: APIClient) async throws -> String {
        try await Patience.until("a device that has synchronised", seconds: 30) {
            let items = try await client.request(.GET, ["devices"])["items"]?.arrayValue ?? []
            guard let device = items.first, device.text(at: "status", "nextSync") != nil else { return nil }
            return device.text(at: "metadata", "uid")
        }
    }

    // MARK: What is asked and done

    func object() async throws -> JSONValue { try await client.request(.GET, ["devices", device]) }

    func time(_ path: String...) async throws -> Date? {
        let style = Date.ISO8601FormatStyle(includingFractionalSeconds: true)
        guard let text = try await object().value(at: ["status"] + path)?.stringValue else { return nil }
        return try Date(text, strategy: style)
    }

    /// Has the device synchronise and waits for it.
    func synchronise() async throws {
        _ = try await client.followOrder(client.request(.POST, ["devices", device, "sync"]), for: 30)
    }

    /// Starts a task and waits for its end; throws unless it succeeded.
    func run(_ task: String) async throws -> JSONValue {
        let answer = try await client.request(.POST, ["tasks", task, "runs"], body: ["devices": [.string(device)]])
        guard let id = answer["runs"]?.arrayValue?.first?.text(at: "runId") else {
            throw CLIError(.failed, "no run was started")
        }
        let run = try await client.follow(["runs", id], for: 60) { _ in }
        guard run.text(at: "status", "state") == "succeeded" else {
            throw CLIError(
                .taskFailed,
                "task \(task): \(run.text(at: "status", "state") ?? "?") \(run.text(at: "status", "message") ?? "")")
        }
        return run
    }

    func apply(_ manifest: String) async throws {
        _ = try await client.send(.POST, ["apply"], body: Array(manifest.utf8), contentType: "application/yaml")
    }

    func set(_ spec: JSONValue) async throws {
        _ = try await client.request(.PATCH, ["devices", device], body: ["spec": spec])
    }

    func presence() async throws -> String? { try await object().text(at: "status", "presence") }

    func clamav() async throws -> String? {
        let states = try await object().value(at: ["status", "applications"])?.arrayValue ?? []
        return states.first { $0.text(at: "application") == "martlet.clamav" && $0["instance"] == nil }?.text(
            at: "status")
    }
}
