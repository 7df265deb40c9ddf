/// Devices that a policy or a task concerns, by state.
package struct DeploymentCounts: Sendable, Equatable {
    package var applied: Int64
    package var pending: Int64
    package var failed: Int64

    package init(applied: Int64 = 0, pending: Int64 = 0, failed: Int64 = 0) {
        self.applied = applied
        self.pending = pending
        self.failed = failed
    }

    package var concerned: Int64 { applied + pending + failed }

    static func += (sum: inout DeploymentCounts, more: DeploymentCounts) {
        sum.applied += more.applied
        sum.pending += more.pending
        sum.failed += more.failed
    }
}
