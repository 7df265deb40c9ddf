/// Bounds that several kinds share.
package enum SpecLimits {
    /// Seconds.
    package static let syncInterval: ClosedRange<Int64> = 5...7 * 86_400
    package static let priority: ClosedRange<Int64> = -1_000...1_000
    package static let timeLimit: ClosedRange<Int64> = 1...7 * 86_400
    package static let tokenLife: ClosedRange<Int64> = 60...3_650 * 86_400
    package static let tokenUses: ClosedRange<Int64> = 1...1_000_000
    /// Seconds.
    package static let unreachableFor: ClosedRange<Int64> = 10...90 * 86_400
    /// Of one policy or profile.
    package static let locks = 256
    /// Of one policy.
    package static let profiles = 32
    /// Of one condition.
    package static let subnets = 64
}
