/// Looks at times whether other profiles hold. That the server was lost or found is told at once; that it has been away
/// for long enough, and that the host has other addresses, is seen here.
struct ConditionWatch: Sendable {
    static let interval = Duration.seconds(5)

    let applier: DesiredStateApplier

    /// Ends when it is cancelled. Sleeps while there is no profile that has a condition.
    func run() async {
        for await _ in applier.conditionsCame {
            while await applier.hasConditions {
                guard (try? await Task.sleep(for: Self.interval)) != nil else { return }
                await applier.review()
            }
        }
    }
}
