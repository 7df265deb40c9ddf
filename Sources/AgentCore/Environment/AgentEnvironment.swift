package import DeviceProtocol

/// What the agent takes from the machine it runs on: time, chance, and work beside the call that began it.
///
/// A simulation gives its own, so that everything happens in one order and can be had again.
package struct AgentEnvironment: Sendable {
    package typealias Work = @Sendable () async -> Void

    /// The device's clock, µs since 1970.
    package let now: @Sendable () -> Int64
    /// A clock that is never set, µs since any moment.
    package let steady: @Sendable () -> Int64
    /// A new identifier, at a time of the device's clock.
    package let identifier: @Sendable (Int64) -> Identifier
    /// Begins work after so many µs.
    private let start: @Sendable (Int64, @escaping Work) -> any BackgroundWork

    package init(
        now: @escaping @Sendable () -> Int64, steady: (@Sendable () -> Int64)? = nil,
        identifier: @escaping @Sendable (Int64) -> Identifier,
        start: @escaping @Sendable (Int64, @escaping Work) -> any BackgroundWork
    ) {
        self.now = now
        self.steady = steady ?? now
        self.identifier = identifier
        self.start = start
    }

    /// Begins work that its caller does not wait for, after `delay` µs unless it is cancelled before.
    package func run(after delay: Int64 = 0, _ work: @escaping Work) -> any BackgroundWork { start(delay, work) }

    package static let system = AgentEnvironment(
        now: { WallClock.now() }, steady: { SteadyClock.now() },
        identifier: { Identifier.make(now: $0) },
        start: { delay, work in
            Task {
                if delay > 0 { guard (try? await Task.sleep(for: .microseconds(delay))) != nil else { return } }
                await work()
            }
        })
}
