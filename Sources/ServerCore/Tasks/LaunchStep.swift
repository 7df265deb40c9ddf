import DeviceProtocol

/// What one transaction began of a launch.
struct LaunchStep: Sendable {
    var runs: [StartedRun] = []
    /// No device is left, or the launch was stopped.
    var isLast = true
}
