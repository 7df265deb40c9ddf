import Foundation
import TestStage

/// The descriptors that a running process may have.
struct DescriptorLimit: Sendable {
    private let pid: pid_t
    private let former: String

    init(_ pid: pid_t) throws {
        self.pid = pid
        let limits = try String(contentsOfFile: "/proc/\(pid)/limits", encoding: .utf8)
        let line = limits.split(separator: "\n").first { $0.hasPrefix("Max open files") }
        guard let soft = line?.split(separator: " ").dropFirst(3).first else {
            throw NotInTime(description: "/proc/\(pid)/limits: no line \"Max open files\"")
        }
        former = String(soft)
    }

    /// The lowest free number is the first that would be given; it is not, and no higher one either. But `few` are.
    func exhaust(but few: Int = 0) async throws {
        let used = Set(try FileManager.default.contentsOfDirectory(atPath: "/proc/\(pid)/fd").compactMap { Int($0) })
        let free = (0...used.count + few).filter { !used.contains($0) }
        try await set("\(free[few])")
    }

    func restore() async throws { try await set(former) }

    private func set(_ soft: String) async throws {
        let arguments = ["--pid", "\(pid)", "--nofile=\(soft):"]
        try await Outcome.of(URL(fileURLWithPath: "/usr/bin/prlimit"), arguments).expect(0)
    }
}
