/// Which metrics are above their thresholds, and when that changes. Pure.
package struct ThresholdWatch: Sendable {
    package struct Change: Sendable, Hashable {
        package let metric: Metric
        package let value: Double
        package let threshold: Double
        package let isExceeded: Bool
    }

    /// Cleared only this part below the threshold, so that a value at its edge is not news every time.
    package static let margin = 0.05

    package private(set) var exceeded: Set<Metric> = []

    package init() {}

    /// What changed with this sample. A metric that is gone, or has no threshold any more, is forgotten silently.
    package mutating func take(_ sample: Sample, _ thresholds: LinuxSettings.Thresholds) -> [Change] {
        var changes: [Change] = []
        var watched: Set<Metric> = []
        for (metric, value) in sample.values {
            let threshold = Self.threshold(metric, thresholds)
            guard threshold > 0 else { continue }
            watched.insert(metric)
            let was = exceeded.contains(metric)
            let isNow = was ? value >= threshold * (1 - Self.margin) : value >= threshold
            guard was != isNow else { continue }
            if isNow { exceeded.insert(metric) } else { exceeded.remove(metric) }
            changes.append(Change(metric: metric, value: value, threshold: threshold, isExceeded: isNow))
        }
        exceeded.formIntersection(watched)
        return changes
    }

    private static func threshold(_ metric: Metric, _ thresholds: LinuxSettings.Thresholds) -> Double {
        switch metric {
        case .cpu: thresholds.cpuPercent
        case .memory: thresholds.memoryPercent
        case .disk: thresholds.diskPercent
        case .load: thresholds.loadPerCPU
        }
    }
}
