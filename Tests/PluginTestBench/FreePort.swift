import Glibc
import Synchronization

/// Ports for servers that cannot take one from the kernel themselves, or that come back on the one that they had.
package enum FreePort {
    /// The kernel gives ports above 32,767 to whoever asks for any; of these it gives none.
    private static let ports = 24_000..<32_000
    /// How many were handed out; another process of tests begins elsewhere.
    private static let count = Mutex(Int.random(in: ports))

    /// One that nothing listens on, handed out once in this process.
    package static func onLoopback() throws -> UInt16 {
        for _ in ports {
            let count = count.withLock {
                $0 += 1
                return $0
            }
            let wanted = UInt16(ports.lowerBound + count % ports.count)
            if let (descriptor, port) = try? listener(on: wanted) {
                close(descriptor)
                return port
            }
        }
        throw Failure("no port from \(ports.lowerBound) to \(ports.upperBound - 1) is free")
    }

    /// A socket that listens on the loopback, and its port, by default any; the caller closes it.
    package static func listener(on port: UInt16 = 0) throws -> (descriptor: Int32, port: UInt16) {
        let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
        guard descriptor >= 0 else { throw Failure("socket: \(errno)") }
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        address.sin_port = port.bigEndian
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        let isBound = withUnsafeMutablePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                bind(descriptor, $0, length) == 0 && listen(descriptor, 16) == 0
                    && getsockname(descriptor, $0, &length) == 0
            }
        }
        guard isBound else {
            close(descriptor)
            throw Failure("no port on the loopback: \(errno)")
        }
        return (descriptor, UInt16(bigEndian: address.sin_port))
    }
}
