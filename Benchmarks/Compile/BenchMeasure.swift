import DesiredState
import Foundation

/// What one piece of work cost: medians of several runs.
struct BenchMeasure {
    var name: String
    /// Seconds.
    var wall: Double
    /// Seconds of processors, of all threads.
    var processor: Double
    /// Bytes that the process held at most meanwhile.
    var peak: Int64

    /// `prepare` runs before each run, unmeasured.
    static func median(
        _ name: String, _ runs: Int, prepare: () async throws -> Void = {}, _ body: (Int) async throws -> Void
    ) async throws -> BenchMeasure {
        var all: [BenchMeasure] = []
        for run in 0..<runs {
            try await prepare()
            resetPeak()
            let (wall, processor) = (ContinuousClock.now, processorSeconds())
            try await body(run)
            let spent = ContinuousClock.now - wall
            all.append(
                BenchMeasure(
                    name: name, wall: spent / .seconds(1), processor: processorSeconds() - processor, peak: peakBytes())
            )
            let last = "run \(run + 1): \(BenchReport.seconds(spent / .seconds(1)))"
            FileHandle.standardError.write(Data("\(name), \(last)\n".utf8))
        }
        return BenchMeasure(
            name: name, wall: middle(all.map(\.wall)), processor: middle(all.map(\.processor)),
            peak: all.map(\.peak).sorted()[all.count / 2])
    }

    static func median(
        _ name: String, _ runs: Int, prepare: () async throws -> Void, _ body: () async throws -> Void
    ) async throws -> BenchMeasure {
        try await median(name, runs, prepare: prepare) { _ in try await body() }
    }

    /// Encodes and hashes each document so many times, and nothing else.
    static func hash(_ documents: [(entries: [String: JSONValue], times: Int)]) {
        var bits: UInt8 = 0
        for document in documents {
            for _ in 0..<document.times {
                bits ^= DeviceDocument.hash(of: document.entries.mapValues { CanonicalJSON.encode($0) }).first ?? 0
            }
        }
        // Used, so that the work is not optimised away.
        precondition(bits <= UInt8.max)
    }

    private static func middle(_ values: [Double]) -> Double { values.sorted()[values.count / 2] }

    private static func processorSeconds() -> Double {
        var time = timespec()
        clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time)
        return Double(time.tv_sec) + Double(time.tv_nsec) / 1_000_000_000
    }

    /// Linux counts the peak from here on; where it refuses, the peak is that of the whole process.
    private static func resetPeak() { try? Data("5".utf8).write(to: URL(fileURLWithPath: "/proc/self/clear_refs")) }

    private static func peakBytes() -> Int64 {
        guard let status = try? String(contentsOfFile: "/proc/self/status", encoding: .utf8),
            let line = status.split(separator: "\n").first(where: { $0.hasPrefix("VmHWM:") }),
            let kilobytes = line.split(whereSeparator: { $0 == " " || $0 == "\t" }).dropFirst().first.flatMap({
                Int64($0)
            })
        else { return 0 }
        return kilobytes * 1_024
    }
}
