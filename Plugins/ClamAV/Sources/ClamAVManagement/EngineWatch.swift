package import MartletPluginKit

/// What a look at the engine means: which events it makes. Pure.
package struct EngineWatch: Sendable {
    package struct Look: Sendable, Hashable {
        /// Nil when clamd does not answer.
        package var version: EngineVersion?
        /// Seconds since 1970.
        package var time: Int64
        /// An operator or a policy is just having it stopped or started.
        package var isRequested: Bool

        package init(version: EngineVersion?, time: Int64, isRequested: Bool = false) {
            self.version = version
            self.time = time
            self.isRequested = isRequested
        }
    }

    /// Nil before the first look, which makes no event of the engine.
    package private(set) var isRunning: Bool?
    private var outdated: Int?

    package init() {}

    package mutating func take(_ look: Look, maximumAgeDays: Int) -> [Event] {
        var events: [Event] = []
        let isNow = look.version != nil
        if let was = isRunning, was != isNow { events.append(Self.change(look)) }
        isRunning = isNow
        if let event = judgeDatabase(look, maximumAgeDays) { events.append(event) }
        return events
    }

    private static func change(_ look: Look) -> Event {
        guard let version = look.version else {
            return Event(
                "engine.stopped", look.isRequested ? .info : .failure,
                look.isRequested ? "clamd was stopped" : "clamd has stopped",
                arguments: ["requested": .flag(look.isRequested)])
        }
        return Event(
            "engine.started", .info, "clamd \(version.engine) runs", arguments: ["engine": .text(version.engine)])
    }

    /// Once per database: its id is of the database, so that a restarted plugin does not say it again.
    private mutating func judgeDatabase(_ look: Look, _ maximumAgeDays: Int) -> Event? {
        guard maximumAgeDays > 0, let database = look.version?.database,
            let age = look.version?.ageInDays(at: look.time),
            age > maximumAgeDays, outdated != database
        else { return nil }
        outdated = database
        return Event(
            "database.outdated", .warning, "the virus database \(database) is \(age) days old",
            arguments: ["database": .integer(Int64(database)), "days": .integer(Int64(age))],
            id: EventID(naming: "martlet.clamav database \(database) older than \(maximumAgeDays)"))
    }
}
