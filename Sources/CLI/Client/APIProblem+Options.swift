/// The server speaks of fields; whoever gave options wants to read of these.
extension APIProblem {
    private static let options = [
        "group": "--group", "uses": "--uses", "expires": "--expires", "role": "--role", "name": "--name",
        "syncInterval": "--sync-interval", "keepConnection": "--keep-connection", "priority": "--priority",
        "csr": "--csr", "device": "--device", "requireApproval": "--require-approval",
    ]

    /// Runs a request that was made from options.
    static func namingOptions<T: Sendable>(_ request: () async throws -> T) async throws -> T {
        do {
            return try await request()
        } catch let error as CLIError {
            throw error.problem?.namingOptions ?? error
        }
    }

    /// nil unless every place is an option's.
    var namingOptions: CLIError? {
        let lines = places.compactMap { place -> String? in
            let field = place.path.hasPrefix("spec.") ? String(place.path.dropFirst(5)) : place.path
            return Self.options[field].map { "\($0): expected \(place.expected), got \(place.got)" }
        }
        guard !lines.isEmpty, lines.count == places.count else { return nil }
        // What contradicts the store is not to be understood from the options alone.
        let head = code == .conflict ? [detail] : []
        return CLIError(code, (head + lines).joined(separator: "\n  "), problem: self)
    }
}
