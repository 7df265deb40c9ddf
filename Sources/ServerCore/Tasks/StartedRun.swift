package import DeviceProtocol

/// A run that was ordered.
package struct StartedRun: Sendable, Equatable {
    package var device: DeviceUID
    package var run: RunID
    package var order: Identifier
}
