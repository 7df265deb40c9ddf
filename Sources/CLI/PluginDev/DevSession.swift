import DesiredState
import Foundation
import PluginWorkshop

/// One sitting at the workbench, from the plugin's start to its end.
struct DevSession: Sendable {
    let bench: Workbench
    let printer: NewsPrinter
    /// What is built anew by `reload`; nil when nothing is.
    let project: URL?
    let interval: DurationArgument

    /// Starts the plugin, does what was asked on the command line or else what standard input says, and ends it. Whether
    /// a run or a command failed. Throws when the plugin does not come up.
    func run(settings: JSONValue?, runs: [(String, JSONValue)]) async throws -> Bool {
        do {
            try await bench.start()
            if let settings { try await bench.apply(settings) }
        } catch {
            await bench.stop()
            throw CLIError(.failed, "\(error)")
        }
        let failed: Bool
        if runs.isEmpty { failed = await listen() } else { failed = await perform(runs) }
        await bench.stop()
        return failed
    }

    private func perform(_ runs: [(String, JSONValue)]) async -> Bool {
        var failed = false
        for (task, parameters) in runs where !(await obey(.run(task, parameters, waits: true))) { failed = true }
        return failed
    }

    /// Commands until the input ends, `quit` or Ctrl-C.
    private func listen() async -> Bool {
        if isatty(STDIN_FILENO) == 1 { Terminal.say("type help for what can be done here, quit to end") }
        return await withTaskGroup(of: Bool?.self) { group in
            group.addTask { await obeyAll() }
            group.addTask {
                await InterruptSignal.wait()
                return false
            }
            group.addTask {
                await showStatistics()
                return nil
            }
            for await failed in group {
                guard let failed else { continue }
                group.cancelAll()
                return failed
            }
            return false
        }
    }

    private func showStatistics() async {
        while !Task.isCancelled {
            if let statistics = await bench.statistics() { printer.printIfNew(statistics) }
            try? await Task.sleep(for: .seconds(interval.seconds))
        }
    }

    private func obeyAll() async -> Bool {
        var failed = false
        for await line in InputLines.all {
            guard !Task.isCancelled else { break }
            do {
                guard let command = try DevCommand.parse(line) else { continue }
                if command == .quit { break }
                if !(await obey(command)) { failed = true }
            } catch {
                Terminal.error(error.message)
                failed = true
            }
        }
        return failed
    }

    /// Whether it succeeded.
    private func obey(_ command: DevCommand) async -> Bool {
        do {
            switch command {
            case .state: show(await bench.state())
            case .statistics: show(await bench.statistics())
            case .settings: show(await bench.settings())
            case .apply(let settings): try await bench.apply(settings)
            case .control(let word): try await bench.control(word)
            case .run(let task, let parameters, waits: true): return try await bench.run(task, parameters)
            case .run(let task, let parameters, waits: false): _ = try await bench.begin(task, parameters)
            case .cancel: try await bench.cancelRuns()
            case .reload: try await reload()
            case .help: Terminal.say(DevCommand.usage.joined(separator: "\n"))
            case .quit: break
            }
            return true
        } catch {
            Terminal.error("\(error)")
            return false
        }
    }

    private func show(_ news: WorkbenchNews?) {
        if let news { printer.print(news) } else { Terminal.error("the plugin is not running") }
    }

    private func reload() async throws {
        if let project { try ProjectBuild.make(project) }
        await bench.stop()
        try await bench.start()
    }
}
