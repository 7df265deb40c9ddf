/// The figures of one application instance.
package struct ApplicationStatisticsReport: Sendable, Hashable {
    package var application: String
    package var instance: String
    /// UTC microseconds.
    package var time: Int64
    package var values: [StatisticValue]
}

package struct StatisticValue: Sendable, Hashable {
    package enum Kind: Sendable, Hashable { case counter, gauge }

    package var name: String
    package var unit: String
    package var kind: Kind
    package var value: Double
    /// Counters: since when they count, UTC microseconds; 0 for gauges.
    package var startTime: Int64
}
