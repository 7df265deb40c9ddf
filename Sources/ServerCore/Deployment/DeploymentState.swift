/// Whether a device has what it is to have of a policy or a task.
package enum DeploymentState: String, Sendable, CaseIterable {
    /// In force, as the device reported it of exactly this.
    case applied
    /// Not yet: not compiled, not fetched, or not worked off.
    case pending
    /// The device could not, and said why.
    case failed
}
