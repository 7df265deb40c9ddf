import Dispatch
import PluginTestBench

/// Runs what takes long. Not in a Swift task: it blocks its thread, and there are as few threads as processors.
enum Patient {
    static func run(_ arguments: [String]) async throws -> String {
        try await withCheckedThrowingContinuation { continuation in
            DispatchQueue.global().async { continuation.resume(with: Result { try Program.run(arguments) }) }
        }
    }
}
