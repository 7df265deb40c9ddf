package import Foundation
import Synchronization

/// One of our executables, running, with its output in a file. Ended when the last reference goes.
package final class ChildProcess: Sendable {
    package let log: URL
    package let name: String
    private let process: Mutex<Process>
    private let exited: AsyncStream<Int32>

    package var pid: Int32 { process.withLock { $0.processIdentifier } }

    package init(_ executable: URL, _ arguments: [String], log: URL, environment: [String: String] = [:]) throws {
        self.log = log
        name = executable.lastPathComponent
        let child = Process()
        child.executableURL = executable
        child.arguments = arguments
        child.environment = ProcessInfo.processInfo.environment.merging(environment) { _, new in new }
        if !FileManager.default.fileExists(atPath: log.path) { try Data().write(to: log) }
        let output = try FileHandle(forWritingTo: log)
        try output.seekToEnd()
        child.standardOutput = output
        child.standardError = output
        child.standardInput = FileHandle.nullDevice
        let (exited, ended) = AsyncStream.makeStream(of: Int32.self)
        child.terminationHandler = {
            ended.yield($0.terminationReason == .exit ? $0.terminationStatus : -$0.terminationStatus)
            ended.finish()
        }
        self.exited = exited
        try ProcessStart.run(child)
        process = Mutex(child)
    }

    package var isRunning: Bool { process.withLock { $0.isRunning } }

    deinit { signal(SIGKILL) }

    package func signal(_ number: Int32) {
        process.withLock { if $0.isRunning { kill($0.processIdentifier, number) } }
    }

    /// The exit code; minus the signal's number when a signal ended it.
    package func end() async -> Int32 {
        for await code in exited { return code }
        return process.withLock { $0.terminationReason == .exit ? $0.terminationStatus : -$0.terminationStatus }
    }

    package var text: String { (try? String(contentsOf: log, encoding: .utf8)) ?? "" }
}
