/// How manifests are to be applied.
package struct ApplyRequest: Sendable, Equatable {
    /// Every check, and no change.
    package var dryRun = false
    /// The set that the manifests make up together; what they name belongs to it from then on.
    package var set: String?
    /// Deletes what belongs to the set and is not named any more.
    package var prune = false
    /// How many devices the operator has agreed to; nil when nobody was asked.
    package var confirmedDevices: Int?

    package init(
        dryRun: Bool = false, set: String? = nil, prune: Bool = false, confirmedDevices: Int? = nil
    ) {
        self.dryRun = dryRun
        self.set = set
        self.prune = prune
        self.confirmedDevices = confirmedDevices
    }
}
