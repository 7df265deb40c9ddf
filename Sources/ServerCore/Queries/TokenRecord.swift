/// An operator's or an enrolment token, without its secret.
package struct TokenRecord: Sendable, Equatable {
    package var name: String
    /// `operator` or `enrollment`.
    package var purpose: String
    /// Operators: what they may do.
    package var role: String?
    /// Enrolment: the group that devices join.
    package var group: String?
    package var uses: Int64?
    package var used: Int64?
    /// Enrolment: whether devices wait for an operator's approval.
    package var requireApproval: Bool
    /// Whether a secret was made for it.
    package var armed: Bool
    package var expiresAt: Int64
    package var createdAt: Int64
    /// Operators: when somebody last came with it, to the minute; nil when nobody has.
    package var lastUsedAt: Int64?
}
