import DeviceProtocol

/// One start of the agent: a durable counter and a random id tell it from every other.
package struct AgentStart: Sendable {
    package let counter: Int64
    /// 8 bytes.
    package let id: [UInt8]
    /// µs.
    package let time: Int64

    package init(counter: Int64, id: [UInt8], time: Int64) {
        self.counter = counter
        self.id = id
        self.time = time
    }

    /// Counts a start in the store.
    package static func begin(
        _ store: AgentStore, now: Int64, environment: AgentEnvironment = .system
    ) async throws -> AgentStart {
        AgentStart(
            counter: try await store.countStart(), id: Array(environment.identifier(now).bytes.suffix(8)), time: now)
    }
}
