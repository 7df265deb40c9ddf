/// Looks at times whether the settings in force are still those that were applied. An operator's `sync` has it done at once.
struct DriftWatch: Sendable {
    static let interval = Duration.seconds(300)

    let applier: DesiredStateApplier

    /// Ends when it is cancelled.
    func run() async {
        while (try? await Task.sleep(for: Self.interval, tolerance: Self.interval / 10)) != nil {
            await applier.lookForDrift()
        }
    }
}
