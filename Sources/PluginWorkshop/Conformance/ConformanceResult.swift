/// What was found of one rule.
package struct ConformanceResult: Sendable, Hashable {
    package enum Outcome: String, Sendable, Hashable, CaseIterable {
        case kept, broken
        /// The plugin did nothing by which it could be seen.
        case notSeen
    }

    package let check: ConformanceCheck
    package var outcome: Outcome
    /// Where and how it was broken, one sentence each.
    package var findings: [String]
}
