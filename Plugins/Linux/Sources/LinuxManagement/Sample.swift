/// One look at the machine.
package struct Sample: Sendable, Hashable {
    /// Since the look before; nil at the first one.
    package var cpuPercent: Double?
    package var cpuTimes: CPUTimes
    package var memory: MemoryUse
    package var load: LoadAverage
    package var disks: [DiskUse]
    package var processors: Int

    /// The values that thresholds are compared with.
    package var values: [(metric: Metric, value: Double)] {
        var values: [(Metric, Double)] = [(.memory, memory.percentUsed)]
        if let cpuPercent { values.append((.cpu, cpuPercent)) }
        values.append((.load, load.oneMinute / Double(max(processors, 1))))
        return values + disks.map { (.disk(mount: $0.mount), $0.percentUsed) }
    }
}
