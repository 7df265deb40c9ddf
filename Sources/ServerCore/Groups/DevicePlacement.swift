/// Who put a device into its group.
package enum DevicePlacement: String, Sendable, CaseIterable {
    /// The token or operator that let it in.
    case enrollment
    /// An operator, since: rules leave it there.
    case manual
    /// A rule of the group.
    case rule
}
