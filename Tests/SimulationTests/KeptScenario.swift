import AgentGateway
import Simulation

/// A mixture of faults that once showed a defect, and seeds under which it did.
struct KeptScenario: Sendable {
    let defect: String
    let plan: Plan
    let seeds: ClosedRange<UInt64>

    init(_ defect: String, seeds: ClosedRange<UInt64> = 1...3, hours: Int64 = 2, _ change: (inout Plan) -> Void) {
        self.defect = defect
        self.seeds = seeds
        var plan = Plan(devices: 60, troubled: hours * 3_600_000_000, syncInterval: 600)
        plan.events = 600_000_000
        change(&plan)
        self.plan = plan
    }

    static let all = [
        KeptScenario("the frame that first named a restored store acknowledged what it had lost: nobody was told") {
            $0.restores = 1_800_000_000
        },
        KeptScenario("events left when a device was told to come periodically waited for the first period") {
            $0.syncInterval = 900
            $0.keepers = 0.7
            $0.modeChanges = 1_200_000_000
            $0.restores = 900_000_000
            $0.cuts = 1_200_000_000
            $0.events = 300_000_000
        },
        KeptScenario("devices and server that went back in time stored renumbered events twice") {
            $0.events = 180_000_000
            $0.snapshots = 900_000_000
            $0.restores = 1_200_000_000
            $0.cuts = 600_000_000
        },
        KeptScenario("a request of an agent that is dead is served after its successor's", seeds: 1...6) {
            $0.events = 120_000_000
            $0.crashes = 400_000_000
            $0.delays = 0.3
        },
        KeptScenario("the first frame of a connection that was given up is served after the next one's", seeds: 1...4) {
            $0.keepers = 1
            $0.breaks = 600_000_000
            $0.crashes = 900_000_000
            $0.delays = 0.3
        },
        KeptScenario("a device that was set back had forgotten a run it had taken: it never ended") {
            $0.orders = 600_000_000
            $0.snapshots = 900_000_000
            $0.crashes = 1_200_000_000
        },
        KeptScenario("a full spool, the agent killed between commits") {
            $0.spooledEvents = 5
            $0.crashesInCommit = 900_000_000
            $0.cuts = 1_200_000_000
        },
        KeptScenario("two hundred devices' worth of connections at a server for few, which dies between commits") {
            $0.keepers = 0.9
            $0.ceiling = 15
            $0.serverCrashes = 900_000_000
            $0.admission.connectionsPerSecond = 6
            $0.admission.handshakesAtOnce = 2
        },
    ]
}

extension KeptScenario: CustomStringConvertible {
    var description: String { defect }
}
