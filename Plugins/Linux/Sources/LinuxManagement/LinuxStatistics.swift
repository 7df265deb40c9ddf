internal import MartletPluginKit

/// A sample as the series of the manifest.
enum LinuxStatistics {
    static func values(_ sample: Sample, _ startTime: Int64, _ jiffies: Double) -> [InstanceStatistics.Value] {
        var values: [InstanceStatistics.Value] = [
            .counter("cpu.busy", Double(sample.cpuTimes.busy) / jiffies, since: startTime),
            .gauge("memory.total", Double(sample.memory.total)),
            .gauge("memory.used", Double(sample.memory.used)),
            .gauge("load.1m", sample.load.oneMinute),
            .gauge("load.15m", sample.load.fifteenMinutes),
        ]
        if let cpu = sample.cpuPercent { values.append(.gauge("cpu.used", cpu)) }
        for disk in sample.disks {
            values.append(.gauge("disk.size{\(disk.mount)}", Double(disk.size)))
            values.append(.gauge("disk.used{\(disk.mount)}", Double(disk.used)))
        }
        return values
    }
}
