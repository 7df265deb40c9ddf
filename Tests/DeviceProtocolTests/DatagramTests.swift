import DeviceProtocol
import Testing

@Suite struct DatagramTests {
    private static let device = Identifier.version7(now: 1_700_000_000_000_000, random: (1, 2))
    private static let key = [UInt8](repeating: 7, count: 32)
    private static let wake = Datagram.wake(.init(keyID: 3, device: device, counter: 99, task: device))
    private static let off = Datagram.off(
        .init(keyID: 3, device: device, counter: 5, startCounter: 8, reason: .hostShutdown))

    @Test("a datagram reads back with its key and with no other", arguments: [wake, off])
    func roundTrip(datagram: Datagram) {
        let bytes = datagram.encode(key: Self.key)
        #expect(bytes.count <= Datagram.maximumBytes)
        #expect(Datagram.decode(bytes) { _ in Self.key } == datagram)
        #expect(Datagram.decode(bytes) { _ in [UInt8](repeating: 8, count: 32) } == nil)
        #expect(Datagram.decode(bytes) { _ in nil } == nil)
    }

    @Test("any changed, missing or added byte is refused", arguments: [wake, off])
    func changed(datagram: Datagram) {
        let bytes = datagram.encode(key: Self.key)
        for index in bytes.indices {
            var other = bytes
            other[index] ^= 0x40
            #expect(Datagram.decode(other) { _ in Self.key } == nil)
        }
        for count in 0..<bytes.count { #expect(Datagram.decode(Array(bytes.prefix(count))) { _ in Self.key } == nil) }
        #expect(Datagram.decode(bytes + [0]) { _ in Self.key } == nil)
    }

    @Test func `a wake without a task carries none`() {
        let datagram = Datagram.wake(.init(keyID: 1, device: Self.device, counter: 1))
        #expect(Datagram.decode(datagram.encode(key: Self.key)) { _ in Self.key } == datagram)
    }
}
