/// What happens to a device of which there are two.
package enum CloneAction: String, Sendable, CaseIterable {
    /// Both are held until an operator decides.
    case hold
    /// Both are held, and the newcomer gets an identity of its own.
    case split
}
