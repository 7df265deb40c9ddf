import AgentCore
import DeviceProtocol

/// The clock of a device, wrong by a constant.
enum FleetClock {
    static func environment(wrongBy error: Int64) -> AgentEnvironment {
        guard error != 0 else { return .system }
        return AgentEnvironment(
            now: { WallClock.now() + error }, steady: { SteadyClock.now() },
            identifier: { Identifier.make(now: $0) },
            start: { delay, work in AgentEnvironment.system.run(after: delay, work) })
    }
}
