import ArgumentParser
import Foundation
import Logging
import PluginPackage
import ServerCore
import ServiceLog

/// Options that every command takes.
struct ServerOptions: ParsableArguments {
    static let usualConfigurationFile = "/etc/martlet/server.yaml"

    @Option(
        name: .customLong("config"),
        help: "The server's configuration. (default: \(Self.usualConfigurationFile) when it is there)")
    var configurationFile: String?

    @Option(help: "trace, debug, info, notice, warning, error or critical; the configuration's when not given.")
    var logLevel: String?

    @Option(help: "text or json; the configuration's when not given.")
    var logFormat: String?

    @Option(help: "Where the manifests of plugins are; the configuration's when not given.")
    var pluginsDirectory: String?

    func validate() throws {
        if let logLevel, Logger.Level(rawValue: logLevel) == nil {
            let levels = ServerConfiguration.logLevels.joined(separator: ", ")
            throw ValidationError("--log-level: expected one of \(levels), got \(logLevel)")
        }
        if let logFormat, StderrLogHandler.Format(rawValue: logFormat) == nil {
            throw ValidationError("--log-format: expected text or json, got \(logFormat)")
        }
    }

    /// Exits with 5 (invalid input) when the configuration cannot be used.
    func load() throws -> ServerConfiguration {
        var configuration: ServerConfiguration
        do {
            configuration = try readConfiguration()
        } catch {
            Failure.say("\(error)")
            throw ExitCode(5)
        }
        if let pluginsDirectory { configuration.pluginsDirectory = pluginsDirectory }
        return configuration
    }

    /// The file that was named must be there; the usual one need not.
    private func readConfiguration() throws -> ServerConfiguration {
        let file = configurationFile ?? Self.usualConfigurationFile
        guard FileManager.default.fileExists(atPath: file) else {
            guard configurationFile == nil else { throw CoreError(.invalid, "--config \(file): there is no such file") }
            return ServerConfiguration()
        }
        guard let data = FileManager.default.contents(atPath: file) else {
            throw CoreError(.invalid, "\(file) cannot be read")
        }
        return try ServerConfiguration.parse([UInt8](data), file: file)
    }

    func logger(_ configuration: ServerConfiguration) -> Logger {
        let level = Logger.Level(rawValue: logLevel ?? configuration.logLevel) ?? .info
        let format = StderrLogHandler.Format(rawValue: logFormat ?? configuration.logFormat) ?? .text
        let setting = LogLevelSetting(level)
        return Logger(label: "server") { _ in StderrLogHandler(area: "server", level: setting, format: format) }
    }
}
