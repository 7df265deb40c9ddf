import AgentCore
import DeviceProtocol
import Synchronization

/// All that one start of a simulated agent touches besides its store, and the place where it is killed.
///
/// The agent's parts reach it from within actors; the driver empties it after each call.
final class AgentWorld: Sendable {
    struct StartedRun: Sendable {
        let id: [UInt8]
        let application: String
        let task: String
    }

    private struct State {
        var chance: Chance
        var isDead = false
        /// Commits until the agent is killed; nil for none planned.
        var commitsLeft: Int?
        var work: [SimulatedWork] = []
        /// All that was ever begun: what waits holds on to the agent.
        var begun: [SimulatedWork] = []
        var due: [ConnectionMachine.Reason] = []
        var started: [StartedRun] = []
        var commits = 0
    }

    let clock: DeviceClock
    private let state: Mutex<State>

    init(clock: DeviceClock, chance: Chance) {
        self.clock = clock
        state = Mutex(State(chance: chance))
    }

    var environment: AgentEnvironment {
        AgentEnvironment(
            now: { [clock] in clock.now }, steady: { [clock] in clock.steady },
            identifier: { [self] now in
                let random = state.withLock { ($0.chance.next(), $0.chance.next()) }
                return Identifier.version7(now: now, random: random)
            },
            start: { [self] delay, work in
                let work = SimulatedWork(delay: delay, work: work)
                state.withLock { state in
                    state.work.append(work)
                    state.begun.append(work)
                    if state.begun.count > 256 { state.begun.removeAll { $0.isOver } }
                }
                return work
            })
    }

    // MARK: Life

    var isDead: Bool { state.withLock { $0.isDead } }
    /// Commits that became durable.
    var commits: Int { state.withLock { $0.commits } }
    func kill() { state.withLock { $0.isDead = true } }

    /// Lets go of everything that waits, so that a dead agent's memory is free.
    func release() {
        let begun = state.withLock { state in
            defer {
                state.begun = []
                state.work = []
            }
            return state.begun
        }
        for work in begun { work.cancel() }
    }

    /// Has the agent die after so many more commits, before it does anything else.
    func kill(afterCommits count: Int) { state.withLock { $0.commitsLeft = count } }

    /// Nothing is planned any more.
    func spare() { state.withLock { $0.commitsLeft = nil } }

    /// Asked by the store before each commit.
    func mayCommit() -> Bool {
        state.withLock { state in
            guard !state.isDead else { return false }
            state.commits += 1
            if let left = state.commitsLeft {
                state.commitsLeft = left - 1
                state.isDead = left <= 1
            }
            return true
        }
    }

    // MARK: What the parts want

    func say(_ reason: ConnectionMachine.Reason) {
        state.withLock { state in
            if !state.isDead { state.due.append(reason) }
        }
    }

    /// False when the agent died before it could call the plugin.
    func begin(_ run: StartedRun) -> Bool {
        state.withLock { state in
            guard !state.isDead else { return false }
            state.started.append(run)
            return true
        }
    }

    func takeWork() -> [SimulatedWork] { state.withLock { Self.takeAll(&$0.work) } }
    func takeDue() -> [ConnectionMachine.Reason] { state.withLock { Self.takeAll(&$0.due) } }
    func takeStarted() -> [StartedRun] { state.withLock { Self.takeAll(&$0.started) } }

    private static func takeAll<Element>(_ list: inout [Element]) -> [Element] {
        let all = list
        if !all.isEmpty { list = [] }
        return all
    }
}
