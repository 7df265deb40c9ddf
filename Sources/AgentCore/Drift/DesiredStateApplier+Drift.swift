import AgentPlugins
import DesiredState
import DeviceProtocol
import Logging

extension DesiredStateApplier {
    /// Looks whether the settings in force are those that were applied, and applies them again where they are not, as often
    /// as `DriftJudge` allows. Returns at once; `settled` waits for it.
    package func lookForDrift() { enqueue { await self.repairDrift() } }

    func repairDrift() async {
        for application in await plugins.applications().map(\.plugin) {
            guard let drift = await plugins.settingsDrift(of: application) ?? judges[application]?.refused else {
                continue
            }
            do {
                try await settle(drift, of: application)
            } catch {
                logger.error(
                    "drift could not be recorded", metadata: ["application": "\(application)", "error": "\(error)"])
            }
        }
    }

    private func settle(_ drift: [SettingsDrift], of application: String) async throws {
        var judge = judges[application] ?? DriftJudge()
        let now = environment.steady()
        guard !drift.isEmpty else {
            let ended = judge.settled(remaining: false, wasTried: false) == .repaired
            judges[application] = judge
            if ended { try await isRepaired(application, "the settings applied are in force again") }
            return
        }
        let verdict = judge.found(drift, now: now)
        judges[application] = judge
        logger.warning(
            "settings drifted", metadata: ["application": "\(application)", "drift": "\(SettingsDrift.text(drift))"])
        if verdict.isNews { await tell(AgentEvent.settingsDrifted, 2, application, drift, "settings drifted") }
        switch verdict.repair {
        case .none: break
        case .now:
            try await recordDrift(drift, of: application, "they are applied again")
            try await repair(application, drift)
        case .later(let moment):
            let pause = "they are applied again in \(Self.minutes(moment - now)) min"
            if verdict.isContested {
                await tell(
                    AgentEvent.settingsContested, 3, application, drift,
                    "settings were applied again \(DriftJudge.mostRepairs) times within an hour and do not hold, \(pause); "
                        + "find out what else changes them")
            }
            try await recordDrift(drift, of: application, pause)
            look(at: moment)
        }
    }

    /// Applies what is wanted once more, and says what came of it.
    private func repair(_ application: String, _ drift: [SettingsDrift]) async throws {
        var problem: String?
        if case .failed(let failure) = await plugins.applyAgain(to: application) { problem = failure.description }
        let remaining = problem == nil ? await plugins.settingsDrift(of: application) ?? [] : []
        let isLeft = problem != nil || !remaining.isEmpty
        let aftermath = judges[application]?.settled(remaining: isLeft, wasTried: true) ?? .nothing
        if aftermath == .repaired {
            return try await isRepaired(application, "the settings were applied again after a drift")
        }
        let reason = problem ?? "they do not stay in force"
        if aftermath == .failed {
            await tell(
                AgentEvent.settingsRepairFailed, 3, application, remaining,
                "drifted settings could not be applied again: \(reason)")
        }
        if let problem {
            judges[application]?.refuses(drift)
            let entries = try await store.desiredEntries()
            try await record(application, entries, .failed, problem)
            await changed()
        } else {
            try await recordDrift(remaining, of: application, reason)
        }
        if let judge = judges[application] { look(at: judge.nextRepair) }
    }

    private func isRepaired(_ application: String, _ text: String) async throws {
        await tell(AgentEvent.settingsRepaired, 1, application, [], text)
        try await record(application, try await store.desiredEntries(), .applied, "")
        await changed()
    }

    private func recordDrift(_ drift: [SettingsDrift], of application: String, _ what: String) async throws {
        let reason = "drifted: \(SettingsDrift.text(drift)); \(what)"
        try await record(application, try await store.desiredEntries(), .failed, reason)
        await changed()
    }

    private func tell(
        _ type: String, _ severity: Int, _ application: String, _ drift: [SettingsDrift], _ text: String
    ) async {
        let now = environment.now()
        var data: [String: JSONValue] = ["application": .string(application)]
        if !drift.isEmpty {
            data["settings"] = SettingsDrift.json(drift)
            data["count"] = .integer(Int64(drift.count))
        }
        await say(
            SpooledEvent(
                id: environment.identifier(now).bytes, application: AgentEvent.application, instance: application,
                severity: severity, type: type,
                text: "\(application): \(text)" + (drift.isEmpty ? "" : ": \(SettingsDrift.text(drift))"),
                data: CanonicalJSON.encode(.object(data)), time: now))
    }

    /// One look is promised at a time, the nearest.
    private func look(at moment: Int64) {
        if let promisedLook, promisedLook.at <= moment, promisedLook.at > environment.steady() { return }
        promisedLook?.work.cancel()
        let wait = max(moment - environment.steady(), 0)
        promisedLook = (moment, environment.run(after: wait) { await self.lookForDrift() })
    }

    /// Rounded up.
    private static func minutes(_ time: Int64) -> Int64 { (max(time, 1) + 59_999_999) / 60_000_000 }
}
