import DesiredState
import Glibc

/// Addresses of the host's interfaces.
enum HostAddresses {
    /// Of interfaces that are up, without loopback and without IPv6 addresses that every link has.
    static func current() -> Set<IPAddress> {
        var list: UnsafeMutablePointer<ifaddrs>?
        guard getifaddrs(&list) == 0 else { return [] }
        defer { freeifaddrs(list) }
        var found: Set<IPAddress> = []
        var next = list
        while let entry = next?.pointee {
            next = entry.ifa_next
            let flags = Int32(bitPattern: entry.ifa_flags)
            guard flags & Int32(IFF_UP) != 0, flags & Int32(IFF_LOOPBACK) == 0,
                let address = entry.ifa_addr.flatMap(address)
            else { continue }
            found.insert(address)
        }
        return found
    }

    private static func address(_ address: UnsafeMutablePointer<sockaddr>) -> IPAddress? {
        switch Int32(address.pointee.sa_family) {
        case AF_INET:
            address.withMemoryRebound(to: sockaddr_in.self, capacity: 1) { socket in
                withUnsafeBytes(of: socket.pointee.sin_addr) { IPAddress(bytes: Array($0)) }
            }
        case AF_INET6:
            address.withMemoryRebound(to: sockaddr_in6.self, capacity: 1) { socket in
                let bytes = withUnsafeBytes(of: socket.pointee.sin6_addr) { Array($0) }
                return bytes[0] == 0xFE && bytes[1] & 0xC0 == 0x80 ? nil : IPAddress(bytes: bytes)
            }
        default: nil
        }
    }
}
