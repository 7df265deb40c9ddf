import ArgumentParser
import DesiredState
import Foundation

/// `martlet quickstart`
struct QuickstartCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "quickstart",
        abstract: "A server, an enrolled agent and plugins on loopback, in a directory of their own.",
        discussion: """
            Starts them, says what to try, and ends them with Ctrl-C. With --check it performs the tour by itself and
            exits 0 only if every step happened; what it started is ended.

            EXAMPLES
              martlet quickstart
              martlet quickstart --dir /tmp/fleet --agent-port 0 --operator-port 0 --wake-port 0
              martlet quickstart --check --json
            """)

    @Option(help: "Where everything lives; made when it is not there, used again when it is.")
    var dir = ".quickstart"

    @Option(
        help:
            "TCP and UDP port for agents; 0 for any that is free. (default: \(QuickstartPorts.usualAgents), or as before)"
    )
    var agentPort: Int?

    @Option(
        help: "Port for operators; 0 for any that is free. (default: \(QuickstartPorts.usualOperators), or as before)")
    var operatorPort: Int?

    @Option(help: "UDP port on which the agent is woken; 0 for any that is free.")
    var wakePort = 15000

    @Option(help: "The ClamAV daemon.")
    var clamd = "/usr/sbin/clamd"

    @Flag(help: "Perform the tour and end.")
    var check = false

    @Flag(help: "With --check: print the steps as JSON.")
    var json = false

    func validate() throws {
        for (name, port) in [("--agent-port", agentPort), ("--operator-port", operatorPort), ("--wake-port", wakePort)]
        {
            guard let port, !(0...65_535).contains(port) else { continue }
            throw ValidationError("\(name): expected a port from 0 to 65535, got \(port)")
        }
        guard check || !json else { throw ValidationError("--json goes with --check") }
    }

    func run() async throws {
        let place = try QuickstartPlace(directory: dir, clamd: clamd)
        let fleet = try await Quickstart.start(
            place, ports: QuickstartPorts(agents: agentPort, operators: operatorPort, wake: wakePort))
        if check {
            let report = try await Tour.perform(fleet) { step in if !json { Terminal.say(step.text) } }
            await fleet.stop()
            if json { Terminal.print(CanonicalJSON.text(report.json)) }
            guard report.isComplete else {
                throw CLIError(.failed, "these steps did not happen: \(report.failed.joined(separator: ", "))")
            }
            return
        }
        Terminal.print(fleet.welcome)
        await InterruptSignal.wait()
        Terminal.say("stopping")
        await fleet.stop()
    }
}
