import Foundation

/// How much is killed: little in CI, more with MARTLET_SOAK=1.
enum Soak {
    static let isOn = ProcessInfo.processInfo.environment["MARTLET_SOAK"] == "1"
    static let randomKills = isOn ? 50 : 5
    static let killsPerFailpoint = isOn ? 10 : 2
    static let events: UInt64 = 20_000

    /// So many of agent, host and server, each as often as the others, in random order. A host that ended five times
    /// under one agent is quarantined: a new agent comes in between.
    static func victims(_ count: Int) -> [Victim] {
        var victims: [Victim] = []
        while victims.count < count { victims += Victim.allCases.shuffled() }
        return Array(victims.prefix(count))
    }
}

enum Victim: String, CaseIterable, Sendable { case agent, host, server }
