/// Leads crews through a scenario.
package struct Conductor: Sendable {
    package let scenario: Scenario
    package let crews: [any Crew]
    /// Runs `martlet` with these arguments; throws with what it said.
    package let operate: @Sendable ([String]) async throws -> Void
    /// Returns when the pause is over.
    package let pause: @Sendable (String) async -> Void
    /// A line for people, every second of long work.
    package let progress: @Sendable (String) -> Void
    package let report: @Sendable (StepReport) -> Void

    private static let look = Duration.milliseconds(50)
    private static let progressSpacing = Duration.seconds(1)

    package init(
        scenario: Scenario, crews: [any Crew], operate: @escaping @Sendable ([String]) async throws -> Void,
        pause: @escaping @Sendable (String) async -> Void, progress: @escaping @Sendable (String) -> Void,
        report: @escaping @Sendable (StepReport) -> Void
    ) {
        self.scenario = scenario
        self.crews = crews
        self.operate = operate
        self.pause = pause
        self.progress = progress
        self.report = report
    }

    /// Whether every step went as it should. The devices are ended in order in any case.
    package func run() async throws -> Bool {
        var isGood: Bool
        do { isGood = try await perform() } catch {
            try? await all { try await $0.stop() }
            throw error
        }
        isGood = try await reporting("stop") { try await all { try await $0.stop() } } && isGood
        return isGood
    }

    private func perform() async throws -> Bool {
        guard
            try await reporting("start", { try await watching("started") { try await all { try await $0.start() } } })
        else { return false }
        for step in scenario.steps {
            // A step builds on the one before.
            guard try await perform(step) else { return false }
        }
        return true
    }

    private func perform(_ step: Scenario.Step) async throws -> Bool {
        switch step {
        case .wait(let goal, let limit): return try await wait(for: goal, limit)
        case .rest(let time):
            return try await reporting("rest") {
                try await watching("rest") { try await Task.sleep(for: .microseconds(time)) }
            }
        case .emit(let emission):
            let crews = crews.count
            return try await reporting("emit") {
                try await all { crew in
                    var part = emission
                    part.count = (emission.count + crews - 1) / crews
                    part.perSecond = emission.perSecond.map { max($0 / crews, 1) }
                    try await crew.emit(part)
                }
            }
        case .operate(let arguments):
            try await all { try await $0.setMark() }
            return try await reporting("operate: \(arguments.joined(separator: " "))") { try await operate(arguments) }
        case .cut(let share):
            try await all { try await $0.setMark() }
            return try await reporting("cut") { try await all { try await $0.cut(share) } }
        case .pause(let name):
            await pause(name)
            try await all { try await $0.setMark() }
            return try await reporting("marked: \(name)") {}
        }
    }

    private func wait(for goal: Scenario.Goal, _ limit: Int64) async throws -> Bool {
        let begun = ContinuousClock.now
        var said = begun
        var status = try await status(goal)
        while status.reached(goal) < status.devices, ContinuousClock.now - begun < .microseconds(limit) {
            try await Task.sleep(for: Self.look)
            status = try await self.status(goal)
            guard ContinuousClock.now - said >= Self.progressSpacing else { continue }
            said = .now
            progress(Self.words(goal.rawValue, status.reached(goal), status))
        }
        var report = StepReport(
            step: "wait: \(goal.rawValue)", seconds: Self.seconds(since: begun), status: status)
        if ![.drained, .told].contains(goal) { report.times = StepReport.Spread(microseconds: try await times(goal)) }
        let missing = status.devices - status.reached(goal)
        if missing > 0 {
            report.problem =
                "\(missing) of \(status.devices) devices: not \(goal.rawValue) after \(limit / 1_000_000) s"
                + (status.lastFailure.map { "; last failure: \($0)" } ?? "")
        }
        self.report(report)
        return missing == 0
    }

    /// Does it, and reports how long it took.
    private func reporting(_ name: String, _ body: () async throws -> Void) async throws -> Bool {
        let begun = ContinuousClock.now
        var problem: String?
        do { try await body() } catch let error as CancellationError { throw error } catch { problem = "\(error)" }
        var report = StepReport(
            step: name, seconds: Self.seconds(since: begun), status: (try? await status()) ?? FleetStatus())
        report.problem = problem
        self.report(report)
        return problem == nil
    }

    /// Says each second how far the devices are.
    private func watching(_ name: String, _ body: () async throws -> Void) async throws {
        let watch = Task {
            while (try? await Task.sleep(for: Self.progressSpacing)) != nil {
                guard let status = try? await status() else { return }
                progress(Self.words(name, status.started, status))
            }
        }
        defer { watch.cancel() }
        try await body()
    }

    private static func words(_ name: String, _ reached: Int, _ status: FleetStatus) -> String {
        "\(name): \(reached) of \(status.devices) devices; \(status.connected) connected, "
            + "\(status.synchronisations) synchronisations, \(status.failures) failures, \(status.spooled) events held"
    }

    private static func seconds(since begun: ContinuousClock.Instant) -> Double {
        (ContinuousClock.now - begun) / .seconds(1)
    }

    // MARK: All crews

    private func all(_ body: @escaping @Sendable (any Crew) async throws -> Void) async throws {
        try await withThrowingTaskGroup { group in
            for crew in crews { group.addTask { try await body(crew) } }
            try await group.waitForAll()
        }
    }

    private func status(_ goal: Scenario.Goal) async throws -> FleetStatus {
        var status = try await status()
        if goal == .told { for crew in crews { status.untold += try await crew.untold() } }
        return status
    }

    private func status() async throws -> FleetStatus {
        var sum = FleetStatus()
        for crew in crews { sum = sum + (try await crew.status()) }
        return sum
    }

    private func times(_ goal: Scenario.Goal) async throws -> [Int64] {
        var all: [Int64] = []
        for crew in crews { all += try await crew.times(goal) }
        return all
    }
}
