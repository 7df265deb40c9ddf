import DeviceCrypto

/// The two datagrams, at most 128 bytes, fixed layout, HMAC-SHA256 under the device's key.
///
/// Big-endian: magic "MT", version 1, kind, key id (4), device uid (16), counter (8), then for a wake the task hint
/// (16, zero for none), for an off notice the start counter (8) and reason (1); last the HMAC of all before it (32).
package enum Datagram: Sendable, Hashable {
    case wake(Wake)
    case off(OffNotice)

    package struct Wake: Sendable, Hashable {
        package var keyID: UInt32
        package var device: DeviceUID
        package var counter: UInt64
        /// The task that is due, as a hint: a wake by itself starts nothing.
        package var task: Identifier?

        package init(keyID: UInt32, device: DeviceUID, counter: UInt64, task: Identifier? = nil) {
            self.keyID = keyID
            self.device = device
            self.counter = counter
            self.task = task
        }
    }

    package struct OffNotice: Sendable, Hashable {
        package var keyID: UInt32
        package var device: DeviceUID
        package var counter: UInt64
        package var startCounter: UInt64
        package var reason: OffReason

        package init(keyID: UInt32, device: DeviceUID, counter: UInt64, startCounter: UInt64, reason: OffReason) {
            self.keyID = keyID
            self.device = device
            self.counter = counter
            self.startCounter = startCounter
            self.reason = reason
        }
    }

    package static let maximumBytes = 128
    package static let keyBytes = 32
    private static let headerBytes = 32
    private static let magic: [UInt8] = [0x4D, 0x54, 1]

    package var keyID: UInt32 {
        switch self {
        case .wake(let wake): wake.keyID
        case .off(let notice): notice.keyID
        }
    }

    package var device: DeviceUID {
        switch self {
        case .wake(let wake): wake.device
        case .off(let notice): notice.device
        }
    }

    /// The bytes to send, authenticated with `key`.
    package func encode(key: [UInt8]) -> [UInt8] {
        var bytes = Self.magic
        switch self {
        case .wake(let wake):
            bytes.append(1)
            bytes += Self.bytes(wake.keyID) + wake.device.bytes + Self.bytes(wake.counter)
            bytes += wake.task?.bytes ?? [UInt8](repeating: 0, count: Identifier.size)
        case .off(let notice):
            bytes.append(2)
            bytes += Self.bytes(notice.keyID) + notice.device.bytes + Self.bytes(notice.counter)
            bytes += Self.bytes(notice.startCounter)
            bytes.append(notice.reason.rawValue)
        }
        return bytes + Self.authenticator(bytes, key: key)
    }

    /// Reads a datagram whose authenticator `key(for:)` confirms; nil for everything else. What does not verify is
    /// counted by the caller and dropped in silence.
    package static func decode(_ bytes: [UInt8], key: (Datagram) -> [UInt8]?) -> Datagram? {
        guard let datagram = parse(bytes), let key = key(datagram) else { return nil }
        let body = Array(bytes.dropLast(Int(DC_SHA256_SIZE)))
        let expected = authenticator(body, key: key)
        return dc_equal(expected, Array(bytes.suffix(expected.count)), expected.count) == 1 ? datagram : nil
    }

    /// Reads the layout without judging the authenticator: only to find out whose key to fetch.
    package static func parse(_ bytes: [UInt8]) -> Datagram? {
        guard bytes.count >= headerBytes + Int(DC_SHA256_SIZE), bytes.count <= maximumBytes, bytes.starts(with: magic),
            let device = Identifier(bytes[8..<24])
        else { return nil }
        let keyID = UInt32(truncatingIfNeeded: number(bytes[4..<8]))
        let counter = number(bytes[24..<32])
        let rest = bytes[32..<bytes.count - Int(DC_SHA256_SIZE)]
        switch bytes[3] {
        case 1:
            guard rest.count == Identifier.size, let hint = Identifier(rest) else { return nil }
            let task = rest.allSatisfy { $0 == 0 } ? nil : hint
            return .wake(Wake(keyID: keyID, device: device, counter: counter, task: task))
        case 2:
            guard rest.count == 9, let last = rest.last else { return nil }
            let startCounter = number(rest.dropLast())
            let reason = OffReason(rawValue: last)
            return .off(
                OffNotice(keyID: keyID, device: device, counter: counter, startCounter: startCounter, reason: reason))
        default: return nil
        }
    }

    private static func authenticator(_ bytes: [UInt8], key: [UInt8]) -> [UInt8] {
        var out = [UInt8](repeating: 0, count: Int(DC_SHA256_SIZE))
        precondition(dc_hmac_sha256(key, key.count, bytes, bytes.count, &out) == 0, "libcrypto has no HMAC")
        return out
    }

    private static func bytes(_ value: some FixedWidthInteger) -> [UInt8] {
        withUnsafeBytes(of: value.bigEndian) { Array($0) }
    }

    private static func number(_ bytes: some Sequence<UInt8>) -> UInt64 { bytes.reduce(0) { $0 << 8 | UInt64($1) } }
}
