import AgentCore
import Synchronization

/// Background work of a simulated agent: it begins when the driver runs it, or when somebody waits for it.
final class SimulatedWork: BackgroundWork {
    let delay: Int64
    private let work: Mutex<AgentEnvironment.Work?>

    init(delay: Int64, work: @escaping AgentEnvironment.Work) {
        self.delay = delay
        self.work = Mutex(work)
    }

    var isOver: Bool { work.withLock { $0 == nil } }

    func cancel() { work.withLock { $0 = nil } }

    /// Once; again does nothing.
    func finished() async {
        let work = work.withLock { work in
            defer { work = nil }
            return work
        }
        await work?()
    }
}
