package import DesiredState

/// What is to be done about the drift of one application: what is news, and when a repair may be tried. Pure; times are µs of
/// the steady clock.
///
/// Two parties that write the same file must not loop hot: after a first repair at once each next one waits twice as long as
/// the one before, and in an hour there are `mostRepairs` at most.
package struct DriftJudge: Sendable, Hashable {
    /// Repairs within `window`.
    package static let mostRepairs = 6
    /// µs; the budget's hour.
    package static let window: Int64 = 3_600_000_000
    /// µs that the second repair waits after the first; then twice that, and so on.
    package static let firstPause: Int64 = 60_000_000

    package struct Verdict: Sendable, Hashable {
        /// Settings drifted of which nothing was said yet.
        package var isNews = false
        /// The budget is used up, which was not said yet.
        package var isContested = false
        package var repair = Repair.none
    }

    package enum Repair: Sendable, Hashable {
        case none
        case now
        /// Not before this moment.
        case later(Int64)
    }

    /// What became of drift that was told.
    package enum Aftermath: Sendable, Hashable {
        case nothing
        /// All settings are in force again.
        case repaired
        /// The repair did not help, which was not said yet.
        case failed
    }

    /// Settings of which it was said that they drifted.
    private var told: Set<SettingsPath> = []
    private var saidContested = false
    private var saidFailed = false
    private var repairs: [Int64] = []
    /// What was to be repaired when the application refused it; nil when it did not.
    package private(set) var refused: [SettingsDrift]?

    package init() {}

    /// Whether drift was told that has not ended.
    package var isOpen: Bool { !told.isEmpty }

    /// Other settings than before are wanted: what was told is of the former ones. The budget stays used.
    package mutating func appliedAnew() {
        told = []
        saidContested = false
        saidFailed = false
        refused = nil
    }

    /// The application did not take the settings: the drift stays to be repaired, though it cannot be looked at.
    package mutating func refuses(_ drift: [SettingsDrift]) { refused = drift }

    /// What was found when somebody looked. An empty drift is judged by `settled`.
    package mutating func found(_ drift: [SettingsDrift], now: Int64) -> Verdict {
        guard !drift.isEmpty else { return Verdict() }
        repairs.removeAll { now - $0 >= Self.window }
        let paths = Set(drift.map(\.path))
        var verdict = Verdict(isNews: !paths.isSubset(of: told))
        told.formUnion(paths)
        let next = nextRepair
        if now >= next {
            verdict.repair = .now
            repairs.append(now)
        } else {
            verdict.repair = .later(next)
            verdict.isContested = repairs.count >= Self.mostRepairs && !saidContested
            saidContested = saidContested || verdict.isContested
        }
        return verdict
    }

    /// What is not in force after a repair, or when somebody looked; `wasTried` says whether a repair was made.
    package mutating func settled(remaining: Bool, wasTried: Bool) -> Aftermath {
        if remaining {
            guard wasTried, !saidFailed else { return .nothing }
            saidFailed = true
            return .failed
        }
        guard !told.isEmpty else { return .nothing }
        appliedAnew()
        return .repaired
    }

    /// Not before this; the past when it may be now.
    package var nextRepair: Int64 {
        guard let last = repairs.last, let first = repairs.first else { return .min }
        guard repairs.count < Self.mostRepairs else { return first + Self.window }
        return last + (Self.firstPause << Int64(repairs.count - 1))
    }
}
