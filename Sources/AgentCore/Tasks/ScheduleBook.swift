import DesiredState
import DeviceProtocol

/// Which tasks are due when. A value: time is an argument.
struct ScheduleBook: Sendable {
    struct Due: Sendable, Equatable {
        let definition: TaskDefinition
        /// The instant it is due, from which its run's id is derived.
        let instant: Int64
    }

    private let device: DeviceUID
    private var next: [(definition: TaskDefinition, at: Int64)] = []

    init(device: DeviceUID) { self.device = device }

    /// Takes a new set of tasks; one that stays as it was keeps its next instant.
    mutating func replace(_ definitions: [TaskDefinition], now: Int64) {
        let known = next
        next = definitions.compactMap { definition in
            if let kept = known.first(where: { $0.definition == definition }) { return kept }
            guard let at = definition.schedule.next(after: now, phase: phase(of: definition)) else { return nil }
            return (definition, at)
        }
    }

    /// When to look again.
    var nextInstant: Int64? { next.map(\.at).min() }

    /// What is due; instants that were slept through are skipped, all but the last. A clock that was set back moves
    /// what was next to where it belongs.
    mutating func due(now: Int64) -> [Due] {
        var due: [Due] = []
        for index in next.indices {
            let definition = next[index].definition
            let schedule = definition.schedule
            let following = schedule.next(after: now, phase: phase(of: definition))
            if next[index].at <= now {
                due.append(Due(definition: definition, instant: schedule.last(upTo: now, from: next[index].at)))
                next[index].at = following ?? .max
            } else {
                next[index].at = min(next[index].at, following ?? .max)
            }
        }
        return due
    }

    /// The same for one task on one device, different between devices.
    private func phase(of definition: TaskDefinition) -> UInt64 {
        Digest.sha256(device.bytes + definition.uid).prefix(8).reduce(0) { $0 << 8 | UInt64($1) }
    }

    /// A run that device, task and instant name: both sides and every retry derive the same.
    static func runID(device: DeviceUID, task: [UInt8], instant: Int64) -> RunID {
        let input = device.bytes + task + withUnsafeBytes(of: instant.bigEndian) { Array($0) }
        // A SHA-256 always has the 16 bytes that version8 asks for.
        return RunID.version8(digest: Digest.sha256(input)) ?? Identifier.make(now: instant)
    }
}
