/// Looks at times whether other profiles hold. That the server was lost or found is told at once; that it has been away
/// for long enough, and that the host has other addresses, is seen here.
struct ConditionWatch: Sendable {
    /// Without profiles that have a condition, a look costs nothing.
    static let interval = Duration.seconds(5)

    let applier: DesiredStateApplier

    /// Ends when it is cancelled.
    func run() async {
        while (try? await Task.sleep(for: Self.interval)) != nil { await applier.review() }
    }
}
