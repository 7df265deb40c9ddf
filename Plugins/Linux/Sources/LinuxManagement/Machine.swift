internal import Glibc
internal import MartletPluginKit

/// Reading this machine.
package struct Machine: Sendable {
    package init() {}

    /// `former` are the processor times of the look before.
    package func sample(after former: CPUTimes?) throws -> Sample {
        guard let times = CPUTimes(procStat: try read("/proc/stat")),
            let memory = MemoryUse(procMeminfo: try read("/proc/meminfo")),
            let load = LoadAverage(procLoadavg: try read("/proc/loadavg"))
        else { throw PluginFailure(.unavailable, "/proc does not read as that of Linux") }
        return Sample(
            cpuPercent: former.flatMap(times.percentBusy(since:)), cpuTimes: times, memory: memory, load: load,
            disks: MountedDisk.list(procMounts: try read("/proc/mounts")).compactMap(use(of:)),
            processors: sysconf(Int32(_SC_NPROCESSORS_ONLN)))
    }

    package var kernel: String {
        var names = utsname()
        guard uname(&names) == 0 else { return "" }
        return withUnsafeBytes(of: names.release) { String(decoding: $0.prefix(while: { $0 != 0 }), as: UTF8.self) }
    }

    package var architecture: String {
        var names = utsname()
        guard uname(&names) == 0 else { return "" }
        return withUnsafeBytes(of: names.machine) { String(decoding: $0.prefix(while: { $0 != 0 }), as: UTF8.self) }
    }

    /// PRETTY_NAME of /etc/os-release.
    package var distribution: String {
        let text = (try? read("/etc/os-release")) ?? ""
        let line = text.split(separator: "\n").first { $0.hasPrefix("PRETTY_NAME=") } ?? ""
        return String(line.dropFirst("PRETTY_NAME=".count)).filter { $0 != "\"" }
    }

    package var uptimeSeconds: Double {
        Double((try? read("/proc/uptime"))?.split(separator: " ").first ?? "") ?? 0
    }

    /// UTC microseconds.
    package var startTime: Int64 {
        var now = timespec()
        clock_gettime(CLOCK_REALTIME, &now)
        return Int64(now.tv_sec) * 1_000_000 - Int64(uptimeSeconds * 1_000_000)
    }

    /// Jiffies per second.
    package var jiffies: Double { Double(sysconf(Int32(_SC_CLK_TCK))) }

    /// No disk has more bytes; sums and percentages of what is below do not overflow.
    private static let largestDisk: UInt64 = 1 << 57

    private func use(of disk: MountedDisk) -> DiskUse? {
        var status = statvfs()
        guard statvfs(disk.mount, &status) == 0, status.f_blocks > 0 else { return nil }
        // A file system may say anything: more free than there is, or a size that is none.
        let (blocks, block) = (UInt64(status.f_blocks), UInt64(status.f_frsize))
        let (size, overflows) = blocks.multipliedReportingOverflow(by: block)
        guard !overflows, size < Self.largestDisk else { return nil }
        let (free, available) = (min(blocks, UInt64(status.f_bfree)), min(blocks, UInt64(status.f_bavail)))
        return DiskUse(mount: disk.mount, size: size, used: (blocks - free) * block, available: available * block)
    }

    private func read(_ path: String) throws -> String {
        guard let file = fopen(path, "re") else { throw PluginFailure(.unavailable, "\(path) cannot be read") }
        defer { fclose(file) }
        var bytes: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 16384)
        while bytes.count < 1 << 20 {
            let count = fread(&buffer, 1, buffer.count, file)
            guard count > 0 else { break }
            bytes += buffer[..<count]
        }
        return String(decoding: bytes, as: UTF8.self)
    }
}
