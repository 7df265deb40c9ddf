import AgentGateway
import DeviceProtocol

/// Watches a fleet and notices the first invariant that breaks.
final class Judge {
    let seed: UInt64
    let admission: AdmissionSettings
    let reconnectWindow: Int64
    private(set) var broken: (invariant: Invariant, device: Int?, text: String)?
    var devices: [DeviceRecord]
    var hosts: [HostRecord] = []
    /// Ids of events in the server's tables as they are now, and whose they are.
    var stored: [Identifier: Int] = [:]
    private var accepted: [Int64] = []
    private var handshakes = 0
    private var attempts: [Int64] = []

    /// How late an event may be at a server that can be reached: batching, a connection, and a place at admission.
    static let eventPatience: Int64 = .seconds(60)
    /// What a synchronisation may take beyond its time.
    static let patience: Int64 = .seconds(90)
    static let longestBackoff: Int64 = .seconds(300)

    init(seed: UInt64, devices: Int, admission: AdmissionSettings, reconnectWindow: Int64) {
        self.seed = seed
        self.admission = admission
        self.reconnectWindow = reconnectWindow
        self.devices = Array(repeating: DeviceRecord(), count: devices)
    }

    func fail(_ invariant: Invariant, device: Int?, _ text: String) {
        if broken == nil { broken = (invariant, device, text) }
    }

    // MARK: Connections

    /// A host begins to connect.
    func attempt(_ host: SimulatedHost, open: Link?, now: Int64) {
        if let open, !open.isOverAtDevice {
            fail(.oneConnection, device: host.device, "connects while connection \(open.number) is there")
        }
        if now < hosts[host.number].hintUntil {
            let early = (hosts[host.number].hintUntil - now) / 1_000
            fail(.hintsObeyed, device: host.device, "comes back \(early) ms before the time it was told")
        }
        attempts.append(now)
        if attempts.count > 4_096 { attempts.removeFirst(2_048) }
        let recent = attempts.reversed().prefix { $0 > now - .seconds(1) }.count
        let most = 15 + devices.count / 4
        if recent > most {
            fail(.fleetSpreads, device: nil, "\(recent) of \(devices.count) devices connect within a second")
        }
    }

    /// An attempt or what it led to failed; `hint` is the server's, in µs.
    func failed(_ host: SimulatedHost, hint: Int64?, now: Int64) {
        let wait = max(Self.longestBackoff, .seconds(reconnectWindow), hint ?? 0)
        excuse(host.number, until: now + wait)
        if let hint { hosts[host.number].hintUntil = max(hosts[host.number].hintUntil, now + hint) }
        hosts[host.number].failures.append(now)
        let recent = hosts[host.number].failures.reversed().prefix { $0 > now - .seconds(60) }.count
        if recent > 20 { fail(.backsOff, device: host.device, "fails \(recent) times in a minute") }
    }

    func accepted(now: Int64) {
        handshakes += 1
        if handshakes > admission.handshakesAtOnce {
            fail(.admissionKept, device: nil, "\(handshakes) handshakes at once")
        }
        accepted.append(now)
        if accepted.count > 4_096 { accepted.removeFirst(2_048) }
        for seconds in [1, 2, 5, 10] as [Int64] {
            let recent = accepted.reversed().prefix { $0 > now - .seconds(seconds) }.count
            if recent > admission.connectionsPerSecond * Int(seconds) {
                fail(.admissionKept, device: nil, "\(recent) connections accepted within \(seconds) s")
            }
        }
    }

    func handshakeEnded() { handshakes = max(0, handshakes - 1) }
    /// A server that has just begun does not know whom the one before admitted.
    func serverRestarted() {
        handshakes = 0
        accepted = []
    }

    func heard(from host: Int, now: Int64) {
        hosts[host].lastHeard = now
        hosts[host].failures = []
    }

    func excuse(_ host: Int, until time: Int64) {
        hosts[host].excusedUntil = max(hosts[host].excusedUntil, time)
    }

    // MARK: Silence

    /// Looks for what is overdue. `interval` is in seconds.
    func sweep(_ host: SimulatedHost, interval: Int64, now: Int64) {
        let record = hosts[host.number]
        let since = max(record.lastHeard, record.excusedUntil)
        let allowed = .seconds(max(interval, record.interval) + reconnectWindow) + Self.patience
        if now - since > allowed {
            fail(
                .neverSilent, device: host.device,
                "silent for \((now - record.lastHeard) / 1_000_000) s with an interval of \(interval) s")
        }
        hosts[host.number].interval = interval
        guard let oldest = oldestWaiting(on: host) else { return }
        let waits = now - max(oldest, record.excusedUntil)
        if waits > Self.eventPatience {
            fail(.eventsAtOnce, device: host.device, "an event has waited for \(waits / 1_000_000) s")
        }
    }
}
