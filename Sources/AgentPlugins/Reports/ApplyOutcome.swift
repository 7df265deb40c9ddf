/// What became of settings.
package enum ApplyOutcome: Sendable, Hashable {
    case applied
    case failed(ApplyProblem)
}

/// Why settings are not in force.
package struct ApplyProblem: Sendable, Hashable {
    package var reason: String
    /// JSON pointer to what is wrong; empty when no part of the settings is.
    package var pointer: String

    package init(reason: String, pointer: String = "") {
        self.reason = reason
        self.pointer = pointer
    }
}
