/// Why the agent cannot do what it was asked, in words for the host's administrator: what, where, and what to do.
package struct AgentError: Error, Sendable, CustomStringConvertible {
    package let description: String
    init(_ description: String) { self.description = description }
}
