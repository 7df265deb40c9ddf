import AgentCore
import Logging
import ServiceLifecycle
import ServiceLog
import UnixSignals

/// SIGHUP: `agent.yaml` is read again. A file that cannot be used changes nothing.
struct ReloadService: Service {
    let options: AgentOptions
    let runtime: AgentRuntime
    let level: LogLevelSetting
    let logger: Logger

    func run() async throws {
        for await _ in await UnixSignalsSequence(trapping: .sighup).cancelOnGracefulShutdown() {
            do {
                let configuration = try AgentConfiguration.read(options.configurationFile)
                try await runtime.reload(configuration)
                if options.logLevel == nil, let new = Logger.Level(rawValue: configuration.logLevel) {
                    level.current = new
                }
            } catch {
                logger.error(
                    "the configuration was not reloaded; the former one holds", metadata: ["error": "\(error)"])
            }
        }
    }
}
