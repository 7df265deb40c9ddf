import AgentCore
import ArgumentParser
import Logging
import ServiceLog

/// Options that every command takes.
struct AgentOptions: ParsableArguments {
    @Option(name: .customLong("config"), help: "The agent's configuration.")
    var configurationFile = "/etc/martlet/agent.yaml"

    @Option(help: "trace, debug, info, notice, warning, error or critical; the configuration's when not given.")
    var logLevel: String?

    @Option(help: "text or json; the configuration's when not given.")
    var logFormat: String?

    func validate() throws {
        if let logLevel, Logger.Level(rawValue: logLevel) == nil {
            throw ValidationError(
                "--log-level: expected one of \(AgentConfiguration.logLevels.joined(separator: ", ")), got \(logLevel)")
        }
        if let logFormat, StderrLogHandler.Format(rawValue: logFormat) == nil {
            throw ValidationError("--log-format: expected text or json, got \(logFormat)")
        }
    }

    /// Exits with 5 (invalid input) when the configuration cannot be used.
    func load() throws -> AgentConfiguration {
        do { return try AgentConfiguration.read(configurationFile) } catch {
            Failure.say("\(error)")
            throw ExitCode(5)
        }
    }

    /// A logger, and where its level can be changed.
    func logger(_ configuration: AgentConfiguration) -> (Logger, LogLevelSetting) {
        let level = LogLevelSetting(Logger.Level(rawValue: logLevel ?? configuration.logLevel) ?? .info)
        let format = StderrLogHandler.Format(rawValue: logFormat ?? configuration.logFormat) ?? .text
        return (Logger(label: "agent") { _ in StderrLogHandler(area: "agent", level: level, format: format) }, level)
    }
}
