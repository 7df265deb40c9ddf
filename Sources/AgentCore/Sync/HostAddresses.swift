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

    /// By way of text: whose header's `sockaddr_in6` a build finds first, and with it whether its fields can be named,
    /// depends on the build.
    private static func address(_ address: UnsafeMutablePointer<sockaddr>) -> IPAddress? {
        let size: Int
        switch Int32(address.pointee.sa_family) {
        case AF_INET: size = MemoryLayout<sockaddr_in>.size
        case AF_INET6: size = MemoryLayout<sockaddr_in6>.size
        default: return nil
        }
        var text = [CChar](repeating: 0, count: Int(NI_MAXHOST))
        guard getnameinfo(address, socklen_t(size), &text, socklen_t(text.count), nil, 0, NI_NUMERICHOST) == 0 else {
            return nil
        }
        // The address of a link carries its zone, which is no part of an address.
        let found = IPAddress(String(decoding: text.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self))
        return found.flatMap { isOfLink($0.bytes) ? nil : $0 }
    }

    private static func isOfLink(_ bytes: [UInt8]) -> Bool {
        bytes.count == 16 && bytes[0] == 0xFE && bytes[1] & 0xC0 == 0x80
    }
}
