/// How a service unit is.
public struct UnitState: Codable, Sendable, Hashable {
    /// `running`, `stopped`, `failed`, `changing`, `not-found` or `unknown`; more may come.
    public var state: String
    /// The service manager's own words; may be empty.
    public var detail: String

    public init(state: String, detail: String) {
        self.state = state
        self.detail = detail
    }
}
