/// What one instance of the application is doing.
public struct InstanceState: Sendable, Hashable, Encodable {
    public enum State: String, Sendable, Hashable, Encodable {
        case running, stopped, degraded, failed, notInstalled
    }

    /// Empty for an application that is one.
    public var instance: String
    public var state: State
    /// The application's version; empty when unknown.
    public var version: String
    public var details: [String: DetailValue]

    public init(instance: String = "", state: State, version: String = "", details: [String: DetailValue] = [:]) {
        self.instance = instance
        self.state = state
        self.version = version
        self.details = details
    }
}
