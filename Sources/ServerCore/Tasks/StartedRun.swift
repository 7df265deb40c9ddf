package import DeviceProtocol

/// A run that was ordered.
package struct StartedRun: Sendable, Equatable {
    package var device: DeviceUID
    package var run: RunID
    /// The run's order.
    package var order: Identifier { pending.id }
    let pending: PendingOrder
}
