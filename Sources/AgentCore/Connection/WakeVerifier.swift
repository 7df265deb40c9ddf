package import DeviceProtocol

/// Decides whether a datagram is a wake for this device: known key, right uid, a counter above the durable mark.
package struct WakeVerifier: Sendable {
    let device: DeviceUID
    let store: AgentStore

    package init(device: DeviceUID, store: AgentStore) {
        self.device = device
        self.store = store
    }

    package func verify(_ bytes: [UInt8]) async -> Datagram.Wake? {
        guard let keys = try? await store.udpKeys(), let claimed = Datagram.parse(bytes), claimed.device == device,
            case .wake(let wake) = Datagram.decode(
                bytes, key: { datagram in keys.first { $0.id == datagram.keyID }?.bytes })
        else { return nil }
        // When the mark cannot be made durable, the wake is not taken: it could be replayed.
        guard (try? await store.acceptWake(counter: wake.counter)) == true else { return nil }
        return wake
    }
}
