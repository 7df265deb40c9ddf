package import DesiredState

/// One line asked over the agent's socket.
package struct StatusQuestion: Sendable {
    package var ask: String
    package var application: String
    package var path: String
    package var value: JSONValue?
    /// The asker is root or the agent's own user.
    package var mayChange: Bool

    init(json: JSONValue, mayChange: Bool) {
        ask = json["ask"]?.stringValue ?? ""
        application = json["application"]?.stringValue ?? ""
        path = json["path"]?.stringValue ?? ""
        value = json["value"]
        self.mayChange = mayChange
    }
}
