import AgentCore
import NIOCore
import NIOPosix

/// A peer with a device's certificate that opens a connection and is no good: it says nothing, or a byte a second, and never
/// reads. Comes again when it is cut off.
struct StalledPeer: Sendable {
    enum Kind: Sendable { case silent, slow }

    let kind: Kind
    let connector: ServerConnector
    private static let pause = Duration.seconds(1)

    /// Ends when it is cancelled.
    func run() async {
        while !Task.isCancelled {
            if let channel = try? await connector.connectRaw() {
                try? await channel.setOption(.autoRead, value: false).get()
                await torment(channel)
                try? await channel.close()
            }
            try? await Task.sleep(for: Self.pause)
        }
    }

    private func torment(_ channel: any Channel) async {
        guard kind == .slow else {
            // Cancelled with the fleet; cut off by the server, the next attempt tells.
            while channel.isActive, (try? await Task.sleep(for: Self.pause)) != nil {}
            return
        }
        for byte in "GET /v1/opamp HTTP/1.1\r\nHost: martlet\r\nX-Slow: \(String(repeating: "a", count: 600))".utf8 {
            guard channel.isActive, (try? await Task.sleep(for: Self.pause)) != nil else { return }
            guard (try? await channel.writeAndFlush(ByteBuffer(bytes: [byte]))) != nil else { return }
        }
    }
}
