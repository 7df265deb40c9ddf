import DesiredState
import NIOCore
import NIOHTTP1

extension APIClient {
    /// Follows an object until it is final, calling `changed` for every revision seen. Throws `waitTimedOut` when `seconds`
    /// are over; what was started goes on without us.
    func follow(
        _ path: [String], for seconds: Int64, changed: (JSONValue) -> Void
    ) async throws(CLIError) -> JSONValue {
        let clock = ContinuousClock()
        let end = clock.now + .seconds(seconds)
        var revision: Int64 = 0
        while true {
            let left = max(0, min((end - clock.now).components.seconds, 20))
            let object = try await APIClient(http: http, context: context, timeout: .seconds(left + 15)).request(
                .GET, path, query: [("wait", "\(left)s"), ("revision", String(revision))])
            let current = object.value(at: ["metadata", "revision"])?.integerValue ?? 0
            if current != revision { changed(object) }
            revision = current
            if object.value(at: ["status", "final"]) == .bool(true) { return object }
            guard clock.now < end else {
                let note = object.text(at: "status", "note").map { ": \($0)" } ?? ""
                throw CLIError(.waitTimedOut, "not finished in \(seconds) s\(note)")
            }
        }
    }

    /// Follows an order that was given to a device. Throws `failed` when the device says no.
    func followOrder(_ answer: JSONValue, for seconds: Int64) async throws(CLIError) -> JSONValue {
        guard let order = answer["orderId"]?.stringValue, let device = answer["device"]?.stringValue else {
            throw CLIError(.failed, "the server did not name the order")
        }
        let result = try await follow(["devices", device, "orders", order], for: seconds) { order in
            if let note = order.text(at: "status", "note") { Terminal.say(Terminal.escaped(note)) }
        }
        switch result.text(at: "status", "state") {
        case "done", "accepted": return result
        case "expired": throw CLIError(.failed, "the device did not take the order in time")
        default:
            throw CLIError(
                .failed,
                "the device refused: \(Terminal.escaped(result.text(at: "status", "message") ?? "no reason given"))")
        }
    }
}
