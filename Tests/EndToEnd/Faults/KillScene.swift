import DesiredState
import Foundation
import TestStage
import Testing

/// A server, an agent and a plugin that emits numbered events, of which any may be killed and comes back.
final class KillScene {
    let stage: Stage
    let audit: EventAudit
    let marks: RunMarks
    private(set) var server: StageServer
    private(set) var agent: StageAgent
    /// For every start of the process; see `UnsyncedStorage`.
    var environment: [Victim: [String: String]] = [:]
    private(set) var kills: [String] = []
    /// For each run that was ordered, what was killed next.
    var ordered: [Victim] = []

    var journal: EventJournal { audit.journal }

    private init(stage: Stage, server: StageServer, agent: StageAgent) throws {
        self.stage = stage
        self.server = server
        self.agent = agent
        audit = EventAudit(stage)
        marks = RunMarks(stage)
        try journal.allow(through: 0)
    }

    /// `size` is about how large an event is; `prepare` runs before anything is started.
    static func open(
        size: Int = 0, prepare: (Stage) async throws -> Void = { _ in }
    ) async throws -> KillScene {
        // A fleet that comes back takes its time; one device need not.
        let stage = try Stage(serverSettings: "reconnectWindow: 1")
        try await prepare(stage)
        let server = try await stage.server()
        let agent = try await StageAgent.joinConnected(server)
        let scene = try KillScene(stage: stage, server: server, agent: agent)
        try await server.apply(
            """
            apiVersion: martlet/v1
            kind: Policy
            metadata: {name: journal}
            spec:
              application: martlet.fixture
              group: root
              settings: {journal: "\(stage.path("journal"))", journalSize: \(size)}
            """)
        try await server.apply(scene.marks.tasks)
        try await eventually("the plugin keeps its journal\n\(agent.process.text.suffix(1_000))") {
            FileManager.default.fileExists(atPath: scene.journal.path + ".confirmed")
        }
        return scene
    }

    // MARK: Kills

    /// Kills it while events are in flight, lets `afterwards` look at what is left, and has it back.
    func kill(
        _ victim: Victim, more events: UInt64 = 200, afterwards: () async throws -> Void = {}
    ) async throws {
        try journal.allow(more: events)
        let pid = try await pid(of: victim)
        try await eventually("the \(victim) is caught with events in flight\n\(diagnosis)") {
            try self.journal.allow(more: 20)
            try await ProcessState.stop(pid)
            if (try? self.isInFlight(for: victim) && self.staysInFlight(for: victim)) == true { return true }
            Glibc.kill(pid, SIGCONT)
            return false
        }
        Glibc.kill(pid, SIGKILL)
        try await eventually("the \(victim) is gone") { ProcessState.isOver(pid) }
        kills.append("\(victim)")
        #expect(try isInFlight(for: victim), "events are in flight when the \(victim) is killed")
        try await afterwards()
        try await comeBack(victim, instead: pid)
    }

    /// Has the process kill itself at a failpoint, and has it back.
    func kill(at failpoint: String, of victim: Victim, passages: Int, more events: UInt64) async throws {
        environment[victim, default: [:]]["MARTLET_FAILPOINT"] = "\(failpoint):\(passages)"
        try await kill(victim)
        environment[victim]?["MARTLET_FAILPOINT"] = nil
        let process = victim == .agent ? agent.process : server.process
        try journal.allow(more: events)
        try await eventually("the \(victim) dies at \(failpoint)\n\(diagnosis)", within: 90) { !process.isRunning }
        #expect(await process.end() == -SIGKILL)
        switch failpoint {
        case "server-committed": #expect(try audit.isUnreceipted, "stored, and the device does not know")
        case "server-before-commit": #expect(try audit.isInFlight && audit.spooled > 0)
        default: #expect(journal.emitted > journal.confirmed, "emitted, and the plugin was not told")
        }
        kills.append("\(victim) at \(failpoint)")
        try await comeBack(victim, instead: process.pid)
    }

    func startAgent() async throws {
        agent = try await StageAgent.start(stage, name: "web1", environment: environment[.agent] ?? [:])
    }

    func startServer() async throws {
        server = try await server.startAgain(environment: environment[.server] ?? [:])
    }

    private func comeBack(_ victim: Victim, instead killed: pid_t) async throws {
        switch victim {
        case .agent: try await startAgent()
        case .server: try await startServer()
        case .host:
            // Until the agent has heard of the death it shows the dead one as running, and refuses a run soon after.
            try await eventually("the plugin runs again\n\(diagnosis)", within: 60) {
                try await self.pid(of: .host) != killed
            }
        }
    }

    func pid(of victim: Victim) async throws -> pid_t {
        switch victim {
        case .agent: return agent.process.pid
        case .server: return server.process.pid
        case .host:
            return try await eventually("the plugin runs\n\(diagnosis)", within: 60) {
                let plugin = try await self.agent.plugin("martlet.fixture")
                guard plugin["host"] == "running", let pid = plugin["pid"]?.integerValue else { return nil }
                return pid_t(pid)
            }
        }
    }

    /// For a host: the plugin has not been told. For the others: the server does not have it.
    private func isInFlight(for victim: Victim) throws -> Bool {
        victim == .host ? journal.emitted > journal.confirmed : try audit.isInFlight
    }

    /// The server goes on while an agent is stopped, and may store all that this one sent: what the agent does not have itself it cannot.
    private func staysInFlight(for victim: Victim) throws -> Bool {
        try victim != .agent || Int64(journal.emitted) > audit.stored + audit.spooled
    }

    // MARK: Afterwards

    /// Lets the plugin emit the rest and waits until everything has arrived.
    func settle(through total: UInt64 = 0) async throws {
        try journal.allow(through: max(total, journal.emitted))
        let all = journal.allowed
        try await eventually("all \(all) are confirmed\n\(diagnosis)", within: 180) { self.journal.confirmed == all }
        try await eventually("all \(all) have arrived\n\(diagnosis)", within: 180) {
            try self.audit.stored >= Int64(all) && self.audit.spooled == 0
        }
    }

    var diagnosis: String {
        let place = "emitted \(journal.emitted), confirmed \(journal.confirmed), allowed \(journal.allowed); "
        let stored = "stored \((try? audit.stored) ?? -1), spooled \((try? audit.spooled) ?? -1); kills: \(kills)"
        return place + stored + "\n\(agent.process.text.suffix(1_500))\n\(server.process.text.suffix(1_500))"
    }
}
