import AgentCore
import Synchronization

/// Background work of a simulated agent: it begins when the driver runs it, or when somebody waits for it.
final class SimulatedWork: BackgroundWork {
    /// A type of its own: a closure that is itself what a `Mutex` holds is wrapped once more each time that the lock is taken.
    private struct Due: Sendable { var work: AgentEnvironment.Work? }

    let delay: Int64
    private let due: Mutex<Due>

    init(delay: Int64, work: @escaping AgentEnvironment.Work) {
        self.delay = delay
        due = Mutex(Due(work: work))
    }

    var isOver: Bool { due.withLock { $0.work == nil } }

    func cancel() { due.withLock { $0.work = nil } }

    /// Once; again does nothing.
    func finished() async {
        let begun = due.withLock { due in
            defer { due.work = nil }
            return due
        }
        await begun.work?()
    }
}
