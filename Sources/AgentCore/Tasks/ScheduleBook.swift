import DesiredState
import DeviceProtocol

/// Which tasks are due when. A value: time is an argument.
struct ScheduleBook: Sendable {
    struct Due: Sendable, Equatable {
        let definition: TaskDefinition
        /// The instant of the schedule, from which its run's id is derived.
        let instant: Int64
    }

    private struct Slot {
        let definition: TaskDefinition
        /// Of the schedule.
        var instant: Int64
        /// With the device's own delay.
        var at: Int64
    }

    /// µs after which an instant that was not noticed in time counts as missed: the host slept, or its clock was set.
    static let missedAfter: Int64 = 600_000_000

    private let device: DeviceUID
    private let zones: TimeZones
    private var slots: [Slot] = []

    init(device: DeviceUID, zones: TimeZones = TimeZones { _ in .utc }) {
        self.device = device
        self.zones = zones
    }

    /// Takes a new set of tasks; one that stays as it was keeps its next instant. `marks` says up to which instant the
    /// tasks with `runWhenMissed` were looked after, by uid. Returns why tasks cannot be scheduled.
    mutating func replace(
        _ definitions: [TaskDefinition], marks: [[UInt8]: Int64] = [:], now: Int64
    ) -> [String] {
        let known = slots
        var problems: [String] = []
        slots = definitions.compactMap { definition in
            if let kept = known.first(where: { $0.definition == definition }) { return kept }
            guard let rules = rules(of: definition) else {
                problems.append(
                    "task \(definition.name): time zone \(zone(of: definition) ?? "") is not known on this device (package tzdata)"
                )
                return nil
            }
            return missed(definition, rules, since: marks[definition.uid], now: now)
                ?? following(definition, rules, after: now)
        }
        return problems
    }

    /// When to look again.
    var nextInstant: Int64? { slots.map(\.at).filter { $0 < .max }.min() }

    /// What is due; of instants that were slept through only the last is, and that only when it was not missed or the task
    /// makes up for it. A clock that was set back moves what was next to where it belongs.
    mutating func due(now: Int64) -> [Due] {
        var due: [Due] = []
        for index in slots.indices {
            let slot = slots[index]
            let definition = slot.definition
            guard let rules = rules(of: definition) else { continue }
            let next = following(definition, rules, after: now)
            guard slot.at <= now else {
                if let next, next.at < slot.at { slots[index] = next }
                continue
            }
            var instant = slot.instant
            slots[index] = next ?? Slot(definition: definition, instant: .max, at: .max)
            if let latest = definition.schedule.last(upTo: now, phase: phase(of: definition), zone: rules),
                latest > instant
            {
                let at = latest + delay(of: definition, at: latest)
                if at <= now {
                    instant = latest
                } else {
                    slots[index] = Slot(definition: definition, instant: latest, at: at)
                }
            }
            let isMissed = now - instant - delay(of: definition, at: instant) > Self.missedAfter
            if !isMissed || definition.runWhenMissed { due.append(Due(definition: definition, instant: instant)) }
        }
        return due
    }

    /// The last instant that nobody looked after; of a single one that is past without a mark, too: the task came late.
    private func missed(
        _ definition: TaskDefinition, _ rules: TimeZoneRules, since mark: Int64?, now: Int64
    ) -> Slot? {
        guard definition.runWhenMissed else { return nil }
        var mark = mark
        if case .once = definition.schedule { mark = mark ?? .min }
        guard let mark,
            let instant = definition.schedule.last(upTo: now, phase: phase(of: definition), zone: rules), instant > mark
        else { return nil }
        return Slot(definition: definition, instant: instant, at: instant + delay(of: definition, at: instant))
    }

    private func following(_ definition: TaskDefinition, _ rules: TimeZoneRules, after time: Int64) -> Slot? {
        definition.schedule.next(after: time, phase: phase(of: definition), zone: rules).map {
            Slot(definition: definition, instant: $0, at: $0 + delay(of: definition, at: $0))
        }
    }

    private func zone(of definition: TaskDefinition) -> String? {
        if case .cron(let cron) = definition.schedule { cron.zone } else { nil }
    }

    private func rules(of definition: TaskDefinition) -> TimeZoneRules? {
        if case .cron(let cron) = definition.schedule { zones.rules(cron.zone) } else { .utc }
    }

    /// The same for one task on one device, different between devices.
    private func phase(of definition: TaskDefinition) -> UInt64 {
        Self.number(Digest.sha256(device.bytes + definition.uid))
    }

    /// µs. The same however often it is asked for, so that an agent that is started anew does not choose again.
    private func delay(of definition: TaskDefinition, at instant: Int64) -> Int64 {
        guard definition.randomDelay > 0 else { return 0 }
        let chance = Self.number(Digest.sha256(device.bytes + definition.uid + Self.bytes(of: instant) + [1]))
        return Int64(chance % UInt64(definition.randomDelay * 1_000_000 + 1))
    }

    private static func number(_ digest: [UInt8]) -> UInt64 { digest.prefix(8).reduce(0) { $0 << 8 | UInt64($1) } }
    private static func bytes(of instant: Int64) -> [UInt8] { withUnsafeBytes(of: instant.bigEndian) { Array($0) } }

    /// A run that device, task and instant name: both sides and every retry derive the same.
    static func runID(device: DeviceUID, task: [UInt8], instant: Int64) -> RunID {
        runID(device: device, task: task, cause: bytes(of: instant))
    }

    /// A run that device, task and what caused it name: an event, the run before.
    static func runID(device: DeviceUID, task: [UInt8], cause: [UInt8]) -> RunID {
        // A SHA-256 always has the 16 bytes that version8 asks for.
        RunID.version8(digest: Digest.sha256(device.bytes + task + cause)) ?? Identifier.make(now: 0)
    }
}
