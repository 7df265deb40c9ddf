import DeviceProtocol
import ServerCore
import Synchronization

/// Remembers whom it was told about.
final class RecordingNotifier: DeviceNotifier {
    private let told = Mutex<[Set<DeviceUID>]>([])
    func changed(_ devices: Set<DeviceUID>, ofMany: Bool) async { told.withLock { $0.append(devices) } }
    var all: Set<DeviceUID> { told.withLock { $0.reduce([]) { $0.union($1) } } }
    func clear() { told.withLock { $0 = [] } }
}

/// Answers every wake alike.
struct ScriptedWaker: DeviceWaker {
    let outcome: WakeOutcome
    func wake(_ device: DeviceUID, taskHint: Identifier?) async -> WakeOutcome { outcome }
}

/// The system's clock, set forward or back.
final class ShiftedClock: Sendable {
    private let shift = Mutex<Int64>(0)
    func advance(seconds: Int64) { shift.withLock { $0 += seconds * 1_000_000 } }
    var clock: ServerClock { ServerClock { [self] in ServerClock.system.now() + shift.withLock { $0 } } }
}
