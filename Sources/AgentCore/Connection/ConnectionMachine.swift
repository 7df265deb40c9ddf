/// When and how the agent connects: periodic, persistent or woken, immediate events, back-off.
///
/// A value: time (µs of a clock that is never set) and random numbers are arguments, and what is to be done comes back as
/// actions. One connection at a time, ever.
package struct ConnectionMachine: Sendable {
    package enum Reason: Int, Sendable, Comparable {
        case schedule, event, change, order, wake, start
        package static func < (a: Reason, b: Reason) -> Bool { a.rawValue < b.rawValue }
    }

    package enum Input: Sendable {
        case started
        /// The time last asked for with `setTimer` has come (or passed; early and doubled ones do no harm).
        case timer
        /// Something is due to the server now: an event, a task's progress, an answer to an order.
        case due(Reason)
        /// A wake that verified.
        case woken
        /// Another address is used from now on: what failed before says nothing of it.
        case redirected
        case settings(SessionSettings)
        /// A message is about to be composed: it will say everything that became due before.
        case composing
        /// The exchange that `exchange` began is over and everything was said.
        case exchangeEnded
        /// It broke. `retryAfter` is the server's own hint, in µs.
        case exchangeFailed(retryAfter: Int64?)
        case persistentOpened
        /// The server has answered a message over the persistent connection.
        case persistentAnswered
        /// The persistent connection ended or was never made. `clean` when we or the server ended it in order.
        case persistentClosed(clean: Bool, retryAfter: Int64?)
        case stop
    }

    package enum Action: Sendable, Equatable {
        /// Replaces the timer.
        case setTimer(at: Int64)
        case exchange(Reason)
        case openPersistent
        case closePersistent
        /// Over the open persistent connection.
        case synchronise(Reason)
    }

    enum State: Sendable, Equatable {
        case idle
        case exchanging
        case opening
        case connected
        case stopped
    }

    /// What arrives within this time travels together.
    static let batchingDelay: Int64 = 200_000
    /// At most one wake-driven connection in this time.
    static let wakeSpacing: Int64 = 5_000_000
    static let firstBackoff: Int64 = 1_000_000
    static let longestBackoff: Int64 = 300_000_000

    private(set) var state = State.idle
    package private(set) var settings: SessionSettings
    /// When the next connection begins, unless something happens before.
    package private(set) var nextConnection: Int64
    package private(set) var lastSync: Int64?
    package private(set) var failures = 0
    private var pending: Reason?
    /// Why the persistent connection is being made: a wake is told as one.
    private var opening = Reason.start
    private var lastWakeConnection = Int64.min / 2
    /// Nothing before this, whatever happens: the server or a failure said so.
    private var notBefore: Int64 = 0

    /// `notBefore`: what the server asked for before the agent was started anew.
    package init(settings: SessionSettings, now: Int64, notBefore: Int64 = 0) {
        self.settings = settings
        self.notBefore = notBefore
        nextConnection = max(now, notBefore)
    }

    package var isOpening: Bool { state == .opening }
    package var isConnected: Bool { state == .connected }

    /// `random` is uniform over 0..<1.
    package mutating func handle(_ input: Input, now: Int64, random: Double) -> [Action] {
        guard state != .stopped else { return [] }
        switch input {
        case .started:
            pending = .start
            nextConnection = max(now, notBefore)
            return advance(now)
        case .timer: return advance(now)
        case .due(let reason): return due(reason, now)
        case .woken: return woken(now)
        case .redirected:
            guard state == .idle else { return [] }
            failures = 0
            notBefore = 0
            nextConnection = now
            return advance(now)
        case .settings(let new): return take(new, now)
        case .composing:
            if pending != .wake { pending = nil }
            return []
        case .exchangeEnded: return exchangeEnded(now)
        case .exchangeFailed(let retryAfter):
            state = .idle
            return failed(retryAfter: retryAfter, now: now, random: random)
        case .persistentOpened:
            state = .connected
            failures = 0
            notBefore = 0
            lastSync = now
            nextConnection = now + settings.syncInterval * 1_000_000
            pending = nil
            return [.synchronise(opening), .setTimer(at: nextConnection)]
        case .persistentAnswered:
            if state == .connected { lastSync = now }
            return []
        case .persistentClosed(let clean, let retryAfter):
            return persistentClosed(clean: clean, retryAfter: retryAfter, now: now, random: random)
        case .stop:
            defer { state = .stopped }
            return state == .connected || state == .opening ? [.closePersistent] : []
        }
    }

    private mutating func due(_ reason: Reason, _ now: Int64) -> [Action] {
        if state == .connected { return [.synchronise(reason)] }
        // A change of state alone is no reason for a connection of its own: it travels with the next one.
        if reason == .change, state == .idle { return [] }
        pending = max(pending ?? reason, reason)
        guard state == .idle else { return [] }
        nextConnection = min(nextConnection, max(now + Self.batchingDelay, notBefore))
        return [.setTimer(at: nextConnection)]
    }

    private mutating func woken(_ now: Int64) -> [Action] {
        if state == .connected { return [.synchronise(.wake)] }
        pending = max(pending ?? .wake, .wake)
        guard state == .idle else { return [] }
        // The server asked: its own earlier retry hint is void, our back-off too.
        notBefore = 0
        nextConnection = min(nextConnection, max(now, lastWakeConnection + Self.wakeSpacing))
        return advance(now)
    }

    private mutating func take(_ new: SessionSettings, _ now: Int64) -> [Action] {
        let old = settings
        settings = new
        switch state {
        case .connected:
            guard new.keepConnection else { return [.closePersistent] }
            guard new.syncInterval != old.syncInterval else { return [] }
            nextConnection = (lastSync ?? now) + new.syncInterval * 1_000_000
            return [.setTimer(at: nextConnection)]
        case .idle:
            if new.syncInterval != old.syncInterval, failures == 0, pending == nil {
                nextConnection = (lastSync ?? now) + new.syncInterval * 1_000_000
            }
            if new.keepConnection && !old.keepConnection { nextConnection = min(nextConnection, now) }
            return advance(now)
        case .exchanging, .opening, .stopped: return []
        }
    }

    private mutating func exchangeEnded(_ now: Int64) -> [Action] {
        state = .idle
        failures = 0
        notBefore = 0
        lastSync = now
        nextConnection = now + settings.syncInterval * 1_000_000
        if settings.mayKeepConnection(now) {
            state = .opening
            return [.openPersistent]
        }
        if let reason = pending {
            // It came while we spoke and may not have been part of it.
            nextConnection =
                reason == .wake ? max(now, lastWakeConnection + Self.wakeSpacing) : now + Self.batchingDelay
        }
        return [.setTimer(at: nextConnection)]
    }

    private mutating func failed(retryAfter: Int64?, now: Int64, random: Double) -> [Action] {
        failures += 1
        let ceiling = min(Self.longestBackoff, Self.firstBackoff << Int64(min(failures - 1, 20)))
        var delay = Int64(random * Double(ceiling))
        if let retryAfter { delay = max(delay, retryAfter) }
        notBefore = now + delay
        nextConnection = notBefore
        return [.setTimer(at: nextConnection)]
    }

    private mutating func persistentClosed(clean: Bool, retryAfter: Int64?, now: Int64, random: Double) -> [Action] {
        let wasOpen = state == .connected
        state = .idle
        if clean {
            nextConnection = now + settings.syncInterval * 1_000_000
            if pending != nil { nextConnection = now + Self.batchingDelay }
            if let retryAfter { notBefore = now + retryAfter }
            if settings.keepConnection { nextConnection = max(now + Self.firstBackoff, notBefore) }
            return [.setTimer(at: nextConnection)]
        }
        guard wasOpen else { return failed(retryAfter: retryAfter, now: now, random: random) }
        // A whole fleet may have lost the server in this second: each takes its place in the window it announced.
        notBefore = now + max(placeInWindow(random), retryAfter ?? 0)
        nextConnection = notBefore
        return [.setTimer(at: nextConnection)]
    }

    /// µs from the break to the device's place: the one that the server gave it, else any. A server that was restarted needs the
    /// first fortieth of the window, and who fails once the last two.
    private func placeInWindow(_ random: Double) -> Int64 {
        let part = settings.reconnectWindow * 1_000_000 / 40
        let places = part * 37
        guard settings.reconnectSlot > 0 else { return part + Int64(random * Double(places)) }
        return part + places * (settings.reconnectSlot - 1) / SessionSettings.slots
    }

    /// Begins a connection when its time has come.
    private mutating func advance(_ now: Int64) -> [Action] {
        if state == .connected {
            guard now >= nextConnection else { return [.setTimer(at: nextConnection)] }
            lastSync = now
            nextConnection = now + settings.syncInterval * 1_000_000
            return [.synchronise(.schedule), .setTimer(at: nextConnection)]
        }
        guard state == .idle else { return [] }
        guard now >= nextConnection else { return [.setTimer(at: nextConnection)] }
        let reason = pending ?? .schedule
        pending = nil
        if reason == .wake { lastWakeConnection = now }
        opening = reason == .wake ? .wake : .start
        if settings.mayKeepConnection(now) {
            state = .opening
            return [.openPersistent]
        }
        state = .exchanging
        return [.exchange(reason)]
    }
}
