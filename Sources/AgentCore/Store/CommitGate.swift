/// Decides whether a commit still happens; behind a class so that C can hold on to it.
final class CommitGate {
    let mayCommit: @Sendable () -> Bool
    init(_ mayCommit: @escaping @Sendable () -> Bool) { self.mayCommit = mayCommit }
}
