import Foundation
import Synchronization

/// A daemon of the quickstart, with its log in a file.
final class QuickstartProcess: Sendable {
    let name: String
    let log: String
    private let process: Mutex<Process>
    /// Where what this process says begins in its log, which older ones wrote too.
    private let logStart: UInt64
    private let exited: AsyncStream<Int32>

    init(_ program: String, _ arguments: [String], log: String) throws {
        name = URL(fileURLWithPath: program).lastPathComponent
        self.log = log
        if !FileManager.default.fileExists(atPath: log) { try Data().write(to: URL(fileURLWithPath: log)) }
        let output = try FileHandle(forWritingTo: URL(fileURLWithPath: log))
        logStart = try output.seekToEnd()
        let child = Process()
        child.executableURL = URL(fileURLWithPath: program)
        child.arguments = arguments
        child.standardInput = FileHandle.nullDevice
        child.standardOutput = output
        child.standardError = output
        let (exited, ended) = AsyncStream.makeStream(of: Int32.self)
        child.terminationHandler = {
            ended.yield($0.terminationStatus)
            ended.finish()
        }
        self.exited = exited
        try child.run()
        process = Mutex(child)
    }

    var isRunning: Bool { process.withLock { $0.isRunning } }

    /// Asks it to end, and insists after 15 s.
    func stop() async {
        process.withLock { if $0.isRunning { $0.terminate() } }
        let insist = Task {
            guard (try? await Task.sleep(for: .seconds(15))) != nil else { return }
            process.withLock { if $0.isRunning { _ = kill($0.processIdentifier, SIGKILL) } }
        }
        for await _ in exited {}
        insist.cancel()
    }

    /// Runs a program to its end; throws with what it said when it fails.
    @discardableResult
    static func run(_ program: String, _ arguments: [String], input: String? = nil) async throws -> String {
        let child = Process()
        let (output, entry) = (Pipe(), Pipe())
        child.executableURL = URL(fileURLWithPath: program)
        child.arguments = arguments
        child.standardInput = entry
        child.standardOutput = output
        child.standardError = output
        let (exited, ended) = AsyncStream.makeStream(of: Int32.self)
        child.terminationHandler = {
            ended.yield($0.terminationStatus)
            ended.finish()
        }
        try child.run()
        if let input { try entry.fileHandleForWriting.write(contentsOf: Data(input.utf8)) }
        try entry.fileHandleForWriting.close()
        let text = String(decoding: try output.fileHandleForReading.readToEnd() ?? Data(), as: UTF8.self)
        for await code in exited where code != 0 {
            throw CLIError(.failed, "\(URL(fileURLWithPath: program).lastPathComponent) failed: \(text)")
        }
        return text
    }

    /// Why it ended: what it said to people, else the last lines of its log.
    var lastWords: String {
        let data = FileManager.default.contents(atPath: log) ?? Data()
        return Self.reason(in: String(decoding: data.dropFirst(Int(logStart)), as: UTF8.self), of: name)
    }

    static func reason(in text: String, of name: String) -> String {
        let lines = text.split(separator: "\n")
        let words = lines.filter { $0.hasPrefix(name + ": ") }.map { $0.dropFirst(name.count + 2) }
        return (words.isEmpty ? lines.suffix(5) : words).joined(separator: "\n")
    }
}
