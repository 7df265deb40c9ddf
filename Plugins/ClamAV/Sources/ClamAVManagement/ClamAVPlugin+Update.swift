internal import MartletPluginKit

extension ClamAVPlugin {
    private static let outputLines = 20

    /// Runs freshclam and has clamd load what it brought.
    func updateDatabase(_ run: TaskRun) async throws -> UpdateReport {
        run.report(percent: 0, "asking the mirror")
        let outcome = try await Command.run(
            installation.freshclam, ["--config-file=\(installation.freshclamConf)", "--stdout", "--no-warnings"]
        ) { line in
            run.report(percent: 30, line)
        }
        try Task.checkCancellation()
        let output = Array(outcome.lines.suffix(Self.outputLines))
        guard outcome.exitCode == 0 else {
            let reason = output.last { $0.contains("ERROR") } ?? output.last ?? "it said nothing"
            throw PluginFailure(.unavailable, "freshclam ended with \(outcome.exitCode): \(reason)", isRetryable: true)
        }
        run.report(percent: 80, "loading the database")
        // A daemon that does not run loads it when it starts.
        if await engineVersion() != nil { _ = try await installation.socket().ask("RELOAD", patience: 30) }
        await check()
        let version = await engineVersion()
        return UpdateReport(engine: version?.engine ?? "", databaseVersion: version?.database, output: output)
    }
}
