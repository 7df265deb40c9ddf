internal import MartletPluginKit

extension NginxPlugin {
    /// Holds, while a change is under way, the file as it was before: a process that was ended in the middle of it must not
    /// take the untested file for the former one.
    private static let formerKey = "former-snippet"
    /// How long nginx may take to replace its workers. It tries for 2.5 s to bind a port that is in use.
    private static let reloadPatience: Duration = .seconds(5)

    /// Puts the file in place, has nginx test all of its configuration, and then reload it. When nginx refuses one or the
    /// other, the former file is put back. A file that is there already changes nothing.
    func put(_ wanted: String) async throws {
        let stored = try await host.stored(Self.formerKey).map { String(decoding: $0.dropFirst(), as: UTF8.self) }
        let present = try installation.snippetText()
        guard wanted != present || stored != nil else { return }
        let former = stored ?? present ?? ""
        // One byte before the text, since an empty value is none.
        try await host.store(Array("+\(former)".utf8), under: Self.formerKey)
        do {
            try await host.write(Array(wanted.utf8), to: installation.snippet)
            try await requireGoodConfiguration(of: "the wanted configuration", isOnTrial: true)
            try await reload()
        } catch {
            try await host.write(Array(former.utf8), to: installation.snippet)
            try await host.store([], under: Self.formerKey)
            throw error
        }
        configurationProblem = nil
        try await host.store([], under: Self.formerKey)
    }

    /// Throws with nginx's own words when it refuses the configuration, and says so in an event. One that is not on trial
    /// lies on the disk for good: the state says it until a test passes.
    func requireGoodConfiguration(of what: String = "the configuration", isOnTrial: Bool = false) async throws {
        let problem: String
        switch try await installation.test() {
        case .good(let readsSnippet):
            guard isOnTrial, !readsSnippet else {
                noteProblem(nil)
                return
            }
            throw PluginFailure(
                .failedPrecondition,
                "\(installation.configuration) does not include \(installation.snippet) in its http block")
        case .bad(let reason): problem = reason
        }
        if !isOnTrial { noteProblem(problem) }
        say(
            Event(
                "configuration.rejected", .warning, "nginx refuses \(what): \(problem)",
                arguments: ["reason": .text(problem), "trial": .flag(isOnTrial)]))
        throw PluginFailure(.invalidArgument, "nginx refuses \(what): \(problem)", pointer: isOnTrial ? "/snippet" : "")
    }

    /// The task: tests, and has nginx take the configuration as it lies on the disk.
    func reloadConfiguration() async throws -> ReloadReport {
        try await requireGoodConfiguration()
        guard MasterProcess(pidFile: installation.pidFile) != nil else {
            throw PluginFailure(.failedPrecondition, "nginx does not run; start it instead")
        }
        try await reload()
        return ReloadReport(workers: MasterProcess(pidFile: installation.pidFile)?.workers.count ?? 0)
    }

    /// A reload is over when other workers than before serve, and none of those from before. A master that could not take the configuration, because a port is
    /// in use for instance, which no test notices, keeps the ones it has.
    private func reload() async throws {
        guard let master = MasterProcess(pidFile: installation.pidFile) else { return }
        let former = master.workers
        try await host.service(.reload, unit: installation.unit)
        let end = ContinuousClock.now + Self.reloadPatience
        while case let workers = master.workers, workers.isEmpty || !workers.isDisjoint(with: former) {
            guard ContinuousClock.now < end else {
                throw PluginFailure(
                    .failedPrecondition,
                    "nginx did not take the configuration though its test passed; its error log says why (a port in use?)"
                )
            }
            try await Task.sleep(for: .milliseconds(25))
        }
    }

    private func noteProblem(_ problem: String?) {
        guard problem != configurationProblem else { return }
        configurationProblem = problem
        host.stateChanged()
    }
}
