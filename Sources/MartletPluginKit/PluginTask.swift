internal import FoundationEssentials

/// A task of the manifest, and what it does.
public struct PluginTask: Sendable {
    public let name: String
    let body: @Sendable (_ parameters: [UInt8], TaskRun) async throws -> [UInt8]

    /// The body runs beside calls and may take any time. When the run is cancelled, so is the Swift task it runs in: check
    /// `Task.isCancelled` and throw `CancellationError`. What it returns is the run's result, as JSON.
    public init<Parameters: Decodable & Sendable, Result: Encodable & Sendable>(
        _ name: String, _ body: @escaping @Sendable (Parameters, TaskRun) async throws -> Result
    ) {
        self.name = name
        self.body = { parameters, run in
            let decoded = try JSONDecoder().decode(Parameters.self, from: Data(parameters))
            return try Array(Documents.encode(try await body(decoded, run)))
        }
    }
}

/// For tasks without parameters, or without a result.
public struct Nothing: Codable, Sendable, Hashable {
    public init() {}
}
