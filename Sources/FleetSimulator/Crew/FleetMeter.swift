import AgentCore
import Synchronization

/// Counts what happens to the devices of one process. Thread-safe.
final class FleetMeter: Sendable {
    private struct Device {
        var isConnected = false
        /// µs of the steady clock; 0 for not since the mark.
        var synchronised: Int64 = 0
        var applied: Int64 = 0
        var ran: Int64 = 0
        var connected: Int64 = 0
        var failures = 0
    }

    private struct State {
        var devices: [Device]
        var mark: Int64
        var status = FleetStatus()
    }

    private let state: Mutex<State>

    init(devices: Int) {
        state = Mutex(State(devices: Array(repeating: Device(), count: devices), mark: SteadyClock.now()))
        state.withLock { $0.status.devices = devices }
    }

    /// What is counted since the mark begins anew.
    func setMark() {
        state.withLock { state in
            state.mark = SteadyClock.now()
            for index in state.devices.indices {
                let isConnected = state.devices[index].isConnected
                state.devices[index] = Device()
                state.devices[index].isConnected = isConnected
            }
            let old = state.status
            state.status = FleetStatus()
            state.status.devices = old.devices
            state.status.started = old.started
            state.status.connected = old.connected
            state.status.emitted = old.emitted
            state.status.becameOthers = old.becameOthers
        }
    }

    func started() { state.withLock { $0.status.started += 1 } }
    func emitted(_ count: Int) { state.withLock { $0.status.emitted += count } }
    func becameAnother() { state.withLock { $0.status.becameOthers += 1 } }
    func applied(_ number: Int) { note(number, \.applied, \.applied) }
    func ran(_ number: Int) { note(number, \.ran, \.ran) }

    func happened(_ moment: ConnectionMoment, to number: Int) {
        switch moment {
        case .opened:
            connection(of: number, is: true)
            note(number, \.connected, \.reconnected)
        case .closed: connection(of: number, is: false)
        case .synchronised:
            note(number, \.synchronised, \.synchronised)
            state.withLock { $0.status.synchronisations += 1 }
        case .failed(let reason):
            state.withLock { state in
                state.devices[number].failures += 1
                state.status.failures += 1
                if state.devices[number].failures == 2 { state.status.failedTwice += 1 }
                state.status.lastFailure = reason
            }
        }
    }

    var status: FleetStatus { state.withLock { $0.status } }

    /// For each device that has come so far, how many µs after the mark.
    func times(_ goal: Scenario.Goal) -> [Int64] {
        let path: KeyPath<Device, Int64>
        switch goal {
        case .connected, .reconnected: path = \.connected
        case .applied: path = \.applied
        case .ran: path = \.ran
        case .synchronised, .drained, .told: path = \.synchronised
        }
        return state.withLock { state in
            state.devices.map { $0[keyPath: path] }.filter { $0 > 0 }.map { $0 - state.mark }
        }
    }

    private func connection(of number: Int, is open: Bool) {
        state.withLock { state in
            guard state.devices[number].isConnected != open else { return }
            state.devices[number].isConnected = open
            state.status.connected += open ? 1 : -1
        }
    }

    /// The first time since the mark counts.
    private func note(
        _ number: Int, _ time: WritableKeyPath<Device, Int64>, _ count: WritableKeyPath<FleetStatus, Int>
    ) {
        state.withLock { state in
            guard state.devices[number][keyPath: time] == 0 else { return }
            state.devices[number][keyPath: time] = SteadyClock.now()
            state.status[keyPath: count] += 1
        }
    }
}
