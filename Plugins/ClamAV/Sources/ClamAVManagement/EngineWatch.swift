package import MartletPluginKit

/// What a look at the engine means: which events it makes. Pure.
package struct EngineWatch: Sendable {
    package struct Look: Sendable, Hashable {
        /// Nil when clamd does not answer.
        package var version: EngineVersion?
        /// Seconds since 1970.
        package var time: Int64

        package init(version: EngineVersion?, time: Int64) {
            self.version = version
            self.time = time
        }
    }

    /// Nil before the first look, which makes no event of the engine.
    package private(set) var isRunning: Bool?
    /// An operator asked for the next change.
    package var isChangeRequested = false
    private var outdated: Int?

    package init() {}

    package mutating func take(_ look: Look, maximumAgeDays: Int) -> [Event] {
        var events: [Event] = []
        let isNow = look.version != nil
        if let was = isRunning, was != isNow {
            events.append(change(to: look.version))
            isChangeRequested = false
        }
        isRunning = isNow
        if let event = judgeDatabase(look, maximumAgeDays) { events.append(event) }
        return events
    }

    private func change(to version: EngineVersion?) -> Event {
        guard let version else {
            return Event(
                "engine.stopped", isChangeRequested ? .info : .failure,
                isChangeRequested ? "clamd was stopped" : "clamd has stopped",
                arguments: ["requested": .flag(isChangeRequested)])
        }
        return Event("engine.started", .info, "clamd \(version.engine) runs", arguments: ["engine": .text(version.engine)])
    }

    /// Once per database: its id is of the database, so that a restarted plugin does not say it again.
    private mutating func judgeDatabase(_ look: Look, _ maximumAgeDays: Int) -> Event? {
        guard maximumAgeDays > 0, let database = look.version?.database, let age = look.version?.ageInDays(at: look.time),
            age > maximumAgeDays, outdated != database
        else { return nil }
        outdated = database
        return Event(
            "database.outdated", .warning, "the virus database \(database) is \(age) days old",
            arguments: ["database": .integer(Int64(database)), "days": .integer(Int64(age))],
            id: EventID(naming: "martlet.clamav database \(database) older than \(maximumAgeDays)"))
    }
}
