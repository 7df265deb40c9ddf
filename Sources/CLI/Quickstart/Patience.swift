import DesiredState

/// Waits for a condition, with an end.
enum Patience {
    static func until<T>(_ what: String, seconds: Int64, _ ask: () async throws -> T?) async throws -> T {
        let end = ContinuousClock.now + .seconds(seconds)
        while true {
            if let value = try await ask() { return value }
            guard ContinuousClock.now < end else { throw CLIError(.waitTimedOut, "not in \(seconds) s: \(what)") }
            try await Task.sleep(for: .milliseconds(25))
        }
    }

    static func until(_ what: String, seconds: Int64, _ ask: () async throws -> Bool) async throws {
        let _: Bool = try await until(what, seconds: seconds) { try await ask() ? true : nil }
    }
}
