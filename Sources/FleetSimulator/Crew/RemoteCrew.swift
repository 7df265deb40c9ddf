import Foundation
import Synchronization

/// A crew in a process of its own: orders go to its standard input, answers come from its standard output.
package actor RemoteCrew: Crew {
    private let process: Process
    private let input: FileHandle
    private var answers: AsyncStream<String>.Iterator
    private var isBusy = false
    private var waiting: [CheckedContinuation<Void, Never>] = []

    /// Starts the process; it ends with its standard input.
    package init(program: String, arguments: [String]) throws {
        let child = Process()
        let (entry, output) = (Pipe(), Pipe())
        child.executableURL = URL(fileURLWithPath: program)
        child.arguments = arguments
        child.standardInput = entry
        child.standardOutput = output
        let (lines, continuation) = AsyncStream<String>.makeStream()
        let rest = Mutex(Data())
        output.fileHandleForReading.readabilityHandler = { handle in
            let data = handle.availableData
            guard !data.isEmpty else {
                handle.readabilityHandler = nil
                return continuation.finish()
            }
            rest.withLock { rest in
                rest += data
                while let end = rest.firstIndex(of: UInt8(ascii: "\n")) {
                    continuation.yield(String(decoding: rest[rest.startIndex..<end], as: UTF8.self))
                    rest = Data(rest[rest.index(after: end)...])
                }
            }
        }
        try child.run()
        process = child
        input = entry.fileHandleForWriting
        answers = lines.makeAsyncIterator()
    }

    package func start() async throws { _ = try await ask(.start) }
    package func setMark() async throws { _ = try await ask(.setMark) }
    package func status() async throws -> FleetStatus { try await ask(.status).status ?? FleetStatus() }
    package func untold() async throws -> Int { try await ask(.untold).untold ?? 0 }
    package func times(_ goal: Scenario.Goal) async throws -> [Int64] { try await ask(.times(goal)).times ?? [] }
    package func emit(_ emission: Scenario.Emission) async throws { _ = try await ask(.emit(emission)) }
    package func cut(_ share: Double) async throws { _ = try await ask(.cut(share)) }

    package func stop() async throws {
        _ = try await ask(.stop)
        try input.close()
        process.waitUntilExit()
    }

    /// To its end, also when who asks has given up: an answer that nobody took would be the next order's.
    private func ask(_ order: CrewOrder) async throws -> CrewAnswer {
        try await Task { try await exchange(order) }.value
    }

    /// One order at a time: the process answers in order.
    private func exchange(_ order: CrewOrder) async throws -> CrewAnswer {
        while isBusy { await withCheckedContinuation { waiting.append($0) } }
        isBusy = true
        defer {
            isBusy = false
            if !waiting.isEmpty { waiting.removeFirst().resume() }
        }
        try input.write(contentsOf: try JSONEncoder().encode(order) + Data("\n".utf8))
        var iterator = answers
        let line = await iterator.next(isolation: self)
        answers = iterator
        guard let line else {
            throw FleetError("process \(process.processIdentifier) of the fleet ended; see its words")
        }
        let answer = try JSONDecoder().decode(CrewAnswer.self, from: Data(line.utf8))
        if let problem = answer.problem { throw FleetError(problem) }
        return answer
    }
}
