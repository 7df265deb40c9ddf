import Dispatch

/// A thread that may block, as a host's control thread does, without taking one of Swift's few.
final class HostThread: SerialExecutor {
    private let queue = DispatchQueue(label: "test.host")

    func enqueue(_ job: consuming ExecutorJob) {
        let job = UnownedJob(job)
        queue.async { job.runSynchronously(on: self.asUnownedSerialExecutor()) }
    }

    func checkIsolated() { dispatchPrecondition(condition: .onQueue(queue)) }
}
