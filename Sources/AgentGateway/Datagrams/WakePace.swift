/// Spaces bulk wakes, so that the woken come no faster than they are admitted.
struct WakePace: Sendable {
    private let spacing: Duration
    private var next: ContinuousClock.Instant?

    init(perSecond: Int) { spacing = .seconds(1) / max(1, perSecond) }

    /// How long the caller waits for its turn.
    mutating func turn(now: ContinuousClock.Instant) -> Duration {
        let turn = max(now, next ?? now)
        next = turn + spacing
        return turn - now
    }
}
