internal import DesiredState
internal import Synchronization

/// What a plugin printed and logged last, so that a run that fails can show what was said while it went on.
final class RunLog: Sendable {
    /// Bytes that are kept, and that a run reports at most.
    static let mostBytes = 8 << 10

    private struct State {
        var lines: [String] = []
        var bytes = 0
        /// Lines that were there before the first one kept.
        var gone: UInt64 = 0
    }

    private let state = Mutex(State())

    func add(_ line: String) {
        state.withLock { state in
            let line = String(line.prefix(Self.mostBytes / 4))
            state.lines.append(line)
            state.bytes += line.utf8.count + 1
            while state.bytes > Self.mostBytes {
                state.bytes -= state.lines.removeFirst().utf8.count + 1
                state.gone += 1
            }
        }
    }

    /// The place of the next line.
    var mark: UInt64 { state.withLock { $0.gone + UInt64($0.lines.count) } }

    /// What was added since; the end of it when it was much.
    func tail(since mark: UInt64) -> String {
        state.withLock { state in
            state.lines.dropFirst(Int(mark > state.gone ? mark - state.gone : 0)).joined(separator: "\n")
        }
    }

    /// The result of a run that failed, with the tail as its member `logTail`. One that is no object becomes `result` of one.
    static func adding(_ tail: String, to result: [UInt8]) -> [UInt8] {
        guard !tail.isEmpty else { return result }
        let known = result.isEmpty ? JSONValue.object([:]) : (try? JSONValue(parsing: result)) ?? .null
        var members = known.objectValue ?? ["result": known]
        members["logTail"] = members["logTail"] ?? .string(tail)
        let bytes = CanonicalJSON.encode(.object(members))
        return bytes.count <= JSONValue.maximumDocumentBytes ? bytes : result
    }
}
