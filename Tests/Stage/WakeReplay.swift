import Foundation

/// Datagrams that were seen on the wire, and what somebody may make of them.
package enum WakeReplay {
    /// Prints the payload of every UDP datagram to a port, in hexadecimal, one a line.
    package static let capture = """
        import socket, sys
        port = int(sys.argv[1])
        wire = socket.socket(socket.AF_PACKET, socket.SOCK_RAW, socket.ntohs(0x0800))
        print("capturing")
        while True:
            packet = wire.recv(2048)[14:]
            if packet[9] != 17:
                continue
            udp = packet[(packet[0] & 15) * 4:]
            if int.from_bytes(udp[2:4], "big") == port:
                print(udp[8:].hex())
        """

    /// Sends a payload (hexadecimal) to an address and a port.
    package static let send = """
        import socket, sys
        out = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        out.sendto(bytes.fromhex(sys.argv[1]), (sys.argv[2], int(sys.argv[3])))
        """

    /// The wake itself again (an old counter), under another key, for another device, with a larger counter but the old
    /// authenticator, cut short, longer, and what is no datagram of ours.
    package static func forgeries(of wake: String) -> [String] {
        let bytes = stride(from: 0, to: wake.utf8.count, by: 2).map {
            UInt8(wake.dropFirst($0).prefix(2), radix: 16) ?? 0
        }
        func changed(_ index: Int) -> [UInt8] {
            var copy = bytes
            copy[index] ^= 0x01
            return copy
        }
        // Layout: magic and kind, key id at 4, uid at 8, counter at 24, task at 32, authenticator at the end.
        let all = [
            bytes, changed(7), changed(8), changed(30), changed(bytes.count - 1), Array(bytes.dropLast()),
            bytes + [0], Array(repeating: 0x4D, count: 80), [0x00],
        ]
        return all.map { $0.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined() }
    }
}
