import FleetSimulator
import Foundation

/// What steps do outside of the fleet, and how their outcome is shown.
struct FleetTools: Sendable {
    let martlet: String?
    let isJSON: Bool

    static let ownPath = "/proc/self/exe"

    private var martletPath: String {
        if let martlet { return martlet }
        let own = (try? FileManager.default.destinationOfSymbolicLink(atPath: Self.ownPath)) ?? CommandLine.arguments[0]
        return URL(fileURLWithPath: own).deletingLastPathComponent().appendingPathComponent("martlet").path
    }

    /// With the operator's own configuration (`MARTLET_CONFIG`). What begins with ./ is a file beside the scenario.
    func operate(_ arguments: [String], beside scenario: String) async throws {
        let folder = URL(fileURLWithPath: scenario).deletingLastPathComponent().path
        let arguments = arguments.map { $0.hasPrefix("./") ? folder + $0.dropFirst() : $0 }
        let child = Process()
        let words = Pipe()
        child.executableURL = URL(fileURLWithPath: martletPath)
        child.arguments = arguments
        child.standardOutput = words
        child.standardError = words
        try child.run()
        let text = String(decoding: try words.fileHandleForReading.readToEnd() ?? Data(), as: UTF8.self)
        child.waitUntilExit()
        guard child.terminationStatus == 0 else {
            throw FleetError("martlet \(arguments.joined(separator: " ")): \(text)")
        }
    }

    func pause(_ name: String) async {
        show(isJSON ? "{\"pause\":\"\(name)\"}" : "pause: \(name); a line on standard input goes on")
        await withCheckedContinuation { done in
            Thread.detachNewThread {
                _ = readLine()
                done.resume()
            }
        }
    }

    func report(_ report: StepReport) {
        guard !isJSON else {
            let encoder = JSONEncoder()
            encoder.outputFormatting = [.sortedKeys]
            return show(String(decoding: (try? encoder.encode(report)) ?? Data(), as: UTF8.self))
        }
        var line = String(format: "%@: %.2f s", report.step, report.seconds)
        if let times = report.times {
            line += String(format: "; p50 %.0f ms, p99 %.0f ms, last %.0f ms", times.p50, times.p99, times.most)
        }
        if report.status.failures > 0 { line += "; \(report.status.failures) failures" }
        if let problem = report.problem { line += "\n  \(problem)" }
        show(line)
    }

    private func show(_ line: String) {
        print(line)
        fflush(nil)
    }
}
