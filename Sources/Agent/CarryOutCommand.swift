import AgentCore
import AgentPlugins
import ArgumentParser
import DurableFiles
import Glibc

/// `martlet-agent carry-out`: what martlet-privileged has done as root by the agent's own code, each in a process that ends with
/// it. Prints the answer; the exit code is a `martlet_status`.
struct CarryOutCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "carry-out", abstract: "Started by martlet-privileged; of no use by hand.", shouldDisplay: false)

    @OptionGroup var options: AgentOptions

    @Argument(help: "service ACTION UNIT DEADLINE, or trust.")
    var words: [String]

    func run() async throws {
        let result: HostActionResult
        do {
            result = await carryOut(try AgentConfiguration.read(options.configurationFile))
        } catch {
            // It was of use when the agent began, and somebody has changed it since. A statement of trust is none the worse for it.
            result = HostActionResult(words.first == "trust" ? .failed : .failedPrecondition, message: "\(error)")
        }
        let said = result.status == .done ? result.document : Array(result.message.utf8)
        try FileBytes.put(said, to: STDOUT_FILENO)
        if result.status != .done { throw ExitCode(Int32(result.status.rawValue)) }
    }

    private func carryOut(_ configuration: AgentConfiguration) async -> HostActionResult {
        switch words.first {
        case "service" where words.count == 4: await service(configuration)
        case "trust" where words.count == 1: trust(configuration)
        default: HostActionResult(.invalid, message: "expected service ACTION UNIT DEADLINE, or trust")
        }
    }

    private func service(_ configuration: AgentConfiguration) async -> HostActionResult {
        let names: [String: ServiceRequest.Action] = [
            "start": .start, "stop": .stop, "restart": .restart, "reload": .reload,
        ]
        guard let nanoseconds = Int64(words[3]), words[1] == "state" || names[words[1]] != nil else {
            return HostActionResult(.invalid, message: "an unknown action, or no deadline")
        }
        let (unit, deadline) = (words[2], Duration.nanoseconds(nanoseconds))
        // Not where the agent's user could put a link.
        let services = configuration.services(
            logDirectory: "\(configuration.dataDirectory)/\(RootPhase.folder)/services")
        do throws(ServiceError) {
            if let action = names[words[1]] {
                try await services.perform(action, on: unit, deadline: deadline)
                return .done
            }
            return HostActionResult(.done, document: try await services.state(of: unit, deadline: deadline).document)
        } catch {
            return HostActionResult(error.isTimeout ? .deadlineExceeded : .failed, message: error.message)
        }
    }

    private func trust(_ configuration: AgentConfiguration) -> HostActionResult {
        do {
            let statement = try RootTrust(configuration).take(FileBytes.required("/dev/stdin", limit: 1 << 20))
            return HostActionResult(.done, document: Array(PrivilegedOrders(statement).text.utf8))
        } catch let error as SystemError {
            // No room, say: the statement is not at fault.
            return HostActionResult(.failed, message: "\(error)")
        } catch {
            return HostActionResult(.failedPrecondition, message: "\(error)")
        }
    }
}
