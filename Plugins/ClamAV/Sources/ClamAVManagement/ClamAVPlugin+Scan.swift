internal import MartletPluginKit

extension ClamAVPlugin {
    /// Has clamd look at every file below the paths. A threat is an event at once, not at the end.
    func scan(_ parameters: ScanParameters, _ run: TaskRun) async throws -> ScanReport {
        let socket = try installation.socket()
        run.report(percent: 0, "looking for files")
        var files: [String] = []
        for path in parameters.paths { files += try FileWalk.files(below: path) }
        let start = ContinuousClock.now
        var report = ScanReport()
        var percent = -1
        do {
            for (index, file) in files.enumerated() {
                try Task.checkCancellation()
                let answer = ScanAnswer(answer: try await socket.ask("SCAN \(file)", patience: 120), path: file)
                report.take(answer, file)
                if case .threat(let name) = answer { try await say(name, file, run) }
                let done = (index + 1) * 100 / files.count
                if done != percent { run.report(percent: done, "\(index + 1) of \(files.count) files") }
                percent = done
            }
        } catch {
            // What was done counts, also of a scan that did not come to its end.
            report.seconds = Self.seconds(since: start)
            try? await count(report)
            throw error
        }
        report.seconds = Self.seconds(since: start)
        try await count(report)
        try await host.flush()
        return report
    }

    private func say(_ name: String, _ file: String, _ run: TaskRun) async throws {
        try await host.emitDurably(
            Event(
                "threat.found", .critical, "\(name) in \(file)",
                arguments: ["threat": .text(name), "path": .text(String(file.prefix(2048)))]))
    }

    private static func seconds(since start: ContinuousClock.Instant) -> Double {
        let (seconds, attoseconds) = (ContinuousClock.now - start).components
        return Double(seconds) + Double(attoseconds / 1_000_000_000_000_000) / 1000
    }
}
