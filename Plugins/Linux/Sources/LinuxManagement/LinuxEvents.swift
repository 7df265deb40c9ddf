internal import MartletPluginKit

/// Changes as the events of the manifest.
enum LinuxEvents {
    static func event(of change: ThresholdWatch.Change) -> Event {
        let value = Self.rounded(change.value)
        let arguments: [String: DetailValue] = [
            "metric": .text(change.metric.description), "value": .number(value), "threshold": .number(change.threshold),
        ]
        let unit = change.metric.unit
        return change.isExceeded
            ? Event(
                "threshold.exceeded", .warning,
                "\(change.metric) is at \(value)\(unit), the threshold is \(change.threshold)\(unit)",
                arguments: arguments)
            : Event(
                "threshold.cleared", .info,
                "\(change.metric) is back at \(value)\(unit), the threshold is \(change.threshold)\(unit)",
                arguments: arguments)
    }

    private static func rounded(_ value: Double) -> Double { (value * 10).rounded() / 10 }
}
