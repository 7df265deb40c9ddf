import Testing

@testable import LinuxManagement

struct ThresholdWatchTests {
    private let thresholds = LinuxSettings.Thresholds(cpuPercent: 80, memoryPercent: 0, diskPercent: 90, loadPerCPU: 2)

    @Test("passing a threshold is said once, until it is cleared")
    func saysOnce() {
        var watch = ThresholdWatch()
        #expect(watch.take(sample(cpu: 79), thresholds).isEmpty)
        let changes = watch.take(sample(cpu: 80), thresholds)
        #expect(changes == [.init(metric: .cpu, value: 80, threshold: 80, isExceeded: true)])
        #expect(watch.take(sample(cpu: 95), thresholds).isEmpty)
    }

    @Test("a value counts as cleared 5 % below its threshold")
    func hasMargin() {
        var watch = ThresholdWatch()
        _ = watch.take(sample(cpu: 85), thresholds)
        #expect(watch.take(sample(cpu: 77), thresholds).isEmpty)
        #expect(watch.take(sample(cpu: 75), thresholds).map(\.isExceeded) == [false])
        #expect(watch.exceeded.isEmpty)
    }

    @Test("a threshold of 0 is none")
    func ignoresZero() {
        var watch = ThresholdWatch()
        #expect(watch.take(sample(cpu: 1, memoryUsed: 100), thresholds).isEmpty)
    }

    @Test("each disk has its own state")
    func watchesDisks() {
        var watch = ThresholdWatch()
        let disks = [
            DiskUse(mount: "/", size: 100, used: 95, available: 5),
            DiskUse(mount: "/srv", size: 100, used: 50, available: 50),
        ]
        #expect(watch.take(sample(cpu: 1, disks: disks), thresholds).map(\.metric) == [.disk(mount: "/")])
        #expect(watch.take(sample(cpu: 1, disks: []), thresholds).isEmpty)
        #expect(watch.exceeded.isEmpty, "a disk that is gone is forgotten")
    }

    @Test("load is judged per processor")
    func dividesLoad() {
        var watch = ThresholdWatch()
        #expect(watch.take(sample(cpu: 1, load: 7.9, processors: 4), thresholds).isEmpty)
        #expect(watch.take(sample(cpu: 1, load: 8, processors: 4), thresholds).map(\.metric) == [.load])
    }

    private func sample(
        cpu: Double, memoryUsed: UInt64 = 10, load: Double = 0, processors: Int = 1, disks: [DiskUse] = []
    ) -> Sample {
        Sample(
            cpuPercent: cpu, cpuTimes: CPUTimes(busy: 0, idle: 0),
            memory: MemoryUse(total: 100, available: 100 - memoryUsed),
            load: LoadAverage(oneMinute: load, fiveMinutes: 0, fifteenMinutes: 0), disks: disks, processors: processors)
    }
}
