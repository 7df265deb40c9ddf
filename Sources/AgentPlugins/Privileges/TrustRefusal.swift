/// Why root's side did not take a statement of trust.
package struct TrustRefusal: Sendable, Hashable {
    package let reason: String
    /// The statement is not at fault: it may be taken another time.
    package let isPassing: Bool
}
