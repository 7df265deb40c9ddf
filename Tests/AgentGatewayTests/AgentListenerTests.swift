import Glibc
import NIOCore
import NIOPosix
import Synchronization
import Testing

@testable import AgentGateway

@Suite(.timeLimit(.minutes(1))) struct AgentListenerTests {
    /// A socket that listens before anybody accepts.
    private static func listening() throws -> (descriptor: Int32, address: sockaddr_in) {
        let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = UInt32(INADDR_LOOPBACK).bigEndian
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        let bound = withUnsafeMutablePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { address in
                bind(descriptor, address, length) == 0 && getsockname(descriptor, address, &length) == 0
            }
        }
        try #require(bound && listen(descriptor, 64) == 0)
        return (descriptor, address)
    }

    private static func connected(to address: sockaddr_in) throws -> Int32 {
        let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        var address = address
        let result = withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
        try #require(result == 0)
        return descriptor
    }

    @Test func `who gave up before being accepted is not served and keeps no place, and those behind him are served`()
        async throws
    {
        let (listener, address) = try Self.listening()
        // Each said something first, as one that begins TLS does; one of them cut the connection off.
        for number in 0..<40 {
            let gone = try Self.connected(to: address)
            try #require(send(gone, "hello", 5, 0) == 5)
            if number == 7 {
                var off = linger(l_onoff: 1, l_linger: 0)
                setsockopt(gone, SOL_SOCKET, SO_LINGER, &off, socklen_t(MemoryLayout<linger>.size))
            }
            close(gone)
        }
        let held = try (0..<3).map { _ in try Self.connected(to: address) }
        defer { for descriptor in held { close(descriptor) } }
        // Fewer places for handshakes than are gone: who is gone must keep none.
        var admission = AdmissionSettings()
        admission.handshakesAtOnce = 16
        admission.connectionsPerSecond = 20
        let (ports, served) = AsyncStream.makeStream(of: Int.self)
        // A group that stays: what NIO still does for those who are gone may be done after this test.
        let group = MultiThreadedEventLoopGroup.singleton
        let channel = try await AgentListener.bootstrap(on: group, admission: admission) { child, turn in
            turn.ended()
            served.yield(child.remoteAddress?.port ?? 0)
        }.withBoundSocket(listener).get()
        var seen: [Int] = []
        for await port in ports {
            seen.append(port)
            if seen.count == held.count { break }
        }
        #expect(Set(seen) == Set(try held.map(Self.port)))
        try await channel.close()
    }

    private static func port(of descriptor: Int32) throws -> Int {
        var address = sockaddr_in()
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        let result = withUnsafeMutablePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { getsockname(descriptor, $0, &length) }
        }
        try #require(result == 0)
        return Int(UInt16(bigEndian: address.sin_port))
    }
}
