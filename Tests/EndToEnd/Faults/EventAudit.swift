import Foundation
import TestStage

/// Where the journal's events are: in the server's store, in the agent's spool.
struct EventAudit: Sendable {
    let journal: EventJournal
    let server: StageDatabase
    let agent: StageDatabase

    init(_ stage: Stage, agent name: String = "web1") {
        journal = EventJournal(path: stage.path("journal"))
        server = StageDatabase(path: stage.path("server/martlet.db"))
        agent = StageDatabase(path: stage.path("\(name)/agent.db"))
    }

    private static let ours = "substr(hex(event_id), 1, 16) = '6A6F75726E616C3A'"

    var stored: Int64 { get throws { try server.number("SELECT count(*) FROM events WHERE \(Self.ours)") } }
    var spooled: Int64 { get throws { try agent.number("SELECT count(*) FROM event") } }

    /// Events are on their way: emitted, and not yet at the server.
    var isInFlight: Bool { get throws { Int64(journal.emitted) > (try stored) } }

    /// The server has events of which the agent has no receipt.
    var isUnreceipted: Bool {
        get throws {
            let through = try server.number("SELECT sum(stored_through) FROM event_streams")
            return through > (try agent.number("SELECT sum(receipt_number) FROM stream"))
        }
    }

    /// Confirmed to the plugin, and neither at the server nor in the spool: lost.
    var missing: [UInt64] {
        get throws {
            // In the order in which an event goes: who looks while it moves sees it twice, not never.
            let confirmed = journal.confirmed
            let spooled = try agent.blobs("SELECT id FROM event").compactMap(EventJournal.number)
            let known = Set(try numbersStored).union(spooled)
            return Array(0..<confirmed).map { $0 + 1 }.filter { !known.contains($0) }
        }
    }

    /// At the server more than once.
    var doubled: [UInt64] {
        get throws {
            Dictionary(grouping: try numbersStored) { $0 }.filter { $0.value.count > 1 }.keys.sorted()
        }
    }

    private var numbersStored: [UInt64] {
        get throws { try server.blobs("SELECT event_id FROM events").compactMap(EventJournal.number) }
    }
}
