import LinuxManagement
import Testing

/// Files recorded from Linux 6.1 and 6.18.
struct ProcFileTests {
    @Test("/proc/stat gives busy and idle time, and the difference a percentage")
    func processorTimes() throws {
        let former = try #require(
            CPUTimes(procStat: "cpu  1000 10 200 5000 300 0 5 0 100 0\ncpu0 1 2 3 4 5 6 7 8 9 0\nintr 1\n"))
        #expect(former == CPUTimes(busy: 1215, idle: 5300))
        let later = CPUTimes(busy: 1290, idle: 5325)
        #expect(later.percentBusy(since: former) == 75)
        #expect(former.percentBusy(since: former) == nil)
        #expect(CPUTimes(busy: 1220, idle: 5300).percentBusy(since: former) == nil, "a moment is no measure")
        #expect(former.percentBusy(since: later) == nil, "a counter never runs backwards")
        #expect(CPUTimes(procStat: "nonsense") == nil)
    }

    @Test("/proc/meminfo gives what is available, not what is free")
    func memory() throws {
        let text =
            "MemTotal:       24689728 kB\nMemFree:        20000000 kB\nMemAvailable:   23689728 kB\nBuffers: 1 kB\n"
        let memory = try #require(MemoryUse(procMeminfo: text))
        #expect(memory.total == 24_689_728 * 1024 && memory.used == 1_000_000 * 1024)
        #expect(MemoryUse(procMeminfo: "MemTotal: x kB") == nil)
    }

    @Test("/proc/loadavg")
    func load() throws {
        let load = try #require(LoadAverage(procLoadavg: "0.52 0.58 0.59 3/602 18466\n"))
        #expect(load.oneMinute == 0.52 && load.fifteenMinutes == 0.59)
        #expect(LoadAverage(procLoadavg: "0.52") == nil)
    }

    @Test("/proc/mounts: file systems with data, each device once, escaped names read")
    func mounts() {
        let text = """
            proc /proc proc rw 0 0
            /dev/vda1 / ext4 rw,relatime 0 0
            tmpfs /run tmpfs rw 0 0
            /dev/vdb1 /srv/my\\040data xfs rw 0 0
            /dev/vda1 /var/lib/docker/bind ext4 rw 0 0
            """
        #expect(MountedDisk.list(procMounts: text).map(\.mount) == ["/", "/srv/my data"])
    }
}
