package import DeviceProtocol

/// The latest value of one series.
package struct StatisticRecord: Sendable, Equatable {
    package var device: DeviceUID
    package var application: String
    package var instance: String
    package var name: String
    package var unit: String
    package var kind: String
    package var value: Double
    /// Counters: since when they count.
    package var startTime: Int64?
    package var time: Int64
}
