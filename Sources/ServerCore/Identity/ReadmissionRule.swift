/// Who decides about a device that the store does not know although it holds a valid certificate of ours.
package enum ReadmissionRule: String, Sendable, CaseIterable {
    /// It waits for an operator.
    case ask
    /// It is let in, into the root group. A certificate that was superseded waits for an operator all the same.
    case automatic
}
