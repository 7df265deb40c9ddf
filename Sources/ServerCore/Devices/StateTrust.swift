import DeviceProtocol
import OpAMP

/// What a message's state is worth, given what the server holds. Decided without any effect.
package enum StateTrust: Sendable, Equatable {
    /// It says nothing new, and both sides agree.
    case unchanged
    /// Its parts lie on top of what the server holds.
    case delta
    /// It replaces what the server holds.
    case full
    /// The server holds something else than the device believes: parts are not used, full state is asked for.
    case outdated

    /// `digest` is what the server holds of an agent of ours; `sequence` the number of a stranger's last message, nil
    /// before its first.
    package static func judge(_ report: AgentReport, stored digest: [UInt8]?, sequence: UInt64?) -> StateTrust {
        if report.message.hasAgentDescription { return .full }
        guard let frame = report.frame else { return judgeStranger(report, sequence: sequence) }
        let claimed = frame.stateBase.isEmpty ? frame.stateDigest : frame.stateBase
        // A frame that makes no claim and brings no state needs no judgement.
        if claimed.isEmpty, !report.hasStateParts { return .unchanged }
        guard let digest, Array(claimed) == digest else { return .outdated }
        return report.hasStateParts || Array(frame.stateDigest) != digest ? .delta : .unchanged
    }

    /// A stranger counts its messages, from 0 or 1. A repeated number is answered, not punished: whether it is the same
    /// message again, or another one that was composed before the number was counted up, its parts say what is.
    private static func judgeStranger(_ report: AgentReport, sequence: UInt64?) -> StateTrust {
        guard let sequence, [sequence, sequence &+ 1].contains(report.message.sequenceNum) else { return .outdated }
        return report.hasStateParts ? .delta : .unchanged
    }
}
