/// How the process of a plugin ended, or why it never began.
package struct HostEnd: Sendable, Hashable, CustomStringConvertible {
    package enum Cause: Sendable, Hashable {
        case exited(Int)
        case signalled(Int)
        case notStarted
        /// With the privileged helper, whose child it was.
        case orphaned
    }

    package let cause: Cause
    /// Why the core ended it, or what the host said; nil when it just ended.
    package let reason: String?
    /// What the plugin printed last.
    package let lastLines: [String]
    /// The agent lacked descriptors, memory, processes or its helper: no fault of the plugin's.
    package let isShortage: Bool

    package init(cause: Cause, reason: String? = nil, lastLines: [String] = [], isShortage: Bool = false) {
        self.cause = cause
        self.reason = reason
        self.lastLines = lastLines
        self.isShortage = isShortage
    }

    /// One sentence for an operator.
    package var description: String {
        let how =
            switch cause {
            case .exited(let code): "ended with exit code \(code)"
            case .signalled(let signal): "ended by signal \(signal)"
            case .notStarted: "did not start"
            case .orphaned: "ended with the privileged helper"
            }
        return reason.map { "\($0) (\(how))" } ?? how
    }

    /// The same, with what the plugin printed last, which often says why.
    package var withLastLine: String {
        lastLines.last.map { "\(description); it printed last: \($0.prefix(300))" } ?? description
    }
}
