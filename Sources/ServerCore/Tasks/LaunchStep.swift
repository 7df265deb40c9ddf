import DeviceProtocol

/// What one transaction began of a launch.
struct LaunchStep: Sendable {
    var runs: [StartedRun] = []
    /// When the devices' facts were as the transaction found them (`DeviceFactsCache.moment`).
    var moment: UInt64 = 0
    /// No device is left, or the launch was stopped.
    var isLast = true
}
