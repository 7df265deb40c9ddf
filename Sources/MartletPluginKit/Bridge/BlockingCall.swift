internal import Dispatch
internal import MartletABI
internal import Synchronization

/// An asynchronous function behind a call of the interface, which is synchronous.
enum BlockingCall {
    /// How often a waiting call looks whether the host still wants its answer.
    private static let look: DispatchTimeInterval = .milliseconds(20)

    /// Runs `body` on Swift's threads and waits on this one. When the call is cancelled or its deadline passes, so is the
    /// body's task, and the call returns at once; what the body gives later is dropped.
    static func run<Value: Sendable>(
        _ call: UnsafePointer<martlet_call>?, _ body: @escaping @Sendable () async throws -> Value
    ) -> Result<Value, PluginFailure> {
        let answer = Answer<Value>()
        let deadline = call?.pointee.deadline
        let task = Task {
            await CallDeadline.$ofCall.withValue(deadline) {
                do { answer.give(.success(try await body())) } catch { answer.give(.failure(PluginFailure(error))) }
            }
        }
        while answer.ready.wait(timeout: .now() + look) == .timedOut {
            guard let call, call.pointee.is_cancelled?(call) == true else { continue }
            task.cancel()
            return .failure(PluginFailure(.cancelled, "cancelled before it was done", isRetryable: true))
        }
        return answer.value ?? .failure(PluginFailure(.internalError, "no answer"))
    }

    private final class Answer<Value: Sendable>: Sendable {
        let ready = DispatchSemaphore(value: 0)
        private let state = Mutex<Result<Value, PluginFailure>?>(nil)

        var value: Result<Value, PluginFailure>? { state.withLock { $0 } }

        func give(_ value: Result<Value, PluginFailure>) {
            state.withLock { $0 = value }
            ready.signal()
        }
    }
}
