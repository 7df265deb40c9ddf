import DeviceProtocol
import ServerCore
import Synchronization

/// Remembers whom it was told about.
final class RecordingNotifier: DeviceNotifier {
    private let told = Mutex<[Set<DeviceUID>]>([])
    private let many = Mutex<[Bool]>([])
    private let looked = Mutex<(look: (@Sendable () async -> Int64?)?, seen: [Int64])>((nil, []))

    func changed(_ devices: Set<DeviceUID>, ofMany: Bool) async {
        told.withLock { $0.append(devices) }
        many.withLock { $0.append(ofMany) }
        guard let look = looked.withLock({ $0.look }), let found = await look() else { return }
        looked.withLock { $0.seen.append(found) }
    }

    /// What is to be looked at each time that it is told something.
    func look(_ look: @escaping @Sendable () async -> Int64?) { looked.withLock { $0 = (look, []) } }
    var seen: [Int64] { looked.withLock { $0.seen } }
    var manies: [Bool] { many.withLock { $0 } }
    var all: Set<DeviceUID> { told.withLock { $0.reduce([]) { $0.union($1) } } }
    func clear() {
        told.withLock { $0 = [] }
        many.withLock { $0 = [] }
    }
}

/// Answers every wake alike.
struct ScriptedWaker: DeviceWaker {
    let outcome: WakeOutcome
    func wake(_ device: DeviceUID, taskHint: Identifier?) async -> WakeOutcome { outcome }
}

struct FixedAdmission: PersistentAdmission {
    var grant = PersistentGrant.granted
    func decide(_ device: DeviceUID, priority: Int) async -> PersistentGrant { grant }
}

/// Numbers its certificates.
final class CountingIssuer: DeviceCertificateIssuer {
    private let count = Mutex(0)
    var issued: Int { count.withLock { $0 } }

    func issue(request der: [UInt8], for uid: DeviceUID, now: Int64) throws -> IssuedCertificate {
        let number = count.withLock { count in
            count += 1
            return count
        }
        return IssuedCertificate(chainPEM: "certificate \(number)", notAfter: now + 1, serial: "\(number)")
    }
}
