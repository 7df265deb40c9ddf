internal import Dispatch
internal import Glibc

/// Asks nginx for its figures, over the loopback.
struct StatusPage: Sendable {
    let port: UInt16

    /// Where a question waits, so that Swift's few threads do not.
    private static let queue = DispatchQueue(label: "martlet.nginx", attributes: .concurrent)
    private static let answerLimit = 8192
    /// Seconds that a busy nginx may take.
    private static let patience = 2

    /// Nil when nginx does not answer so.
    func read() async -> StubStatus? {
        await withCheckedContinuation { continuation in
            Self.queue.async { continuation.resume(returning: readNow()) }
        }
    }

    private func readNow() -> StubStatus? {
        let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
        guard descriptor >= 0 else { return nil }
        defer { close(descriptor) }
        var limit = timeval(tv_sec: Self.patience, tv_usec: 0)
        for option in [SO_RCVTIMEO, SO_SNDTIMEO] {
            setsockopt(descriptor, SOL_SOCKET, option, &limit, socklen_t(MemoryLayout<timeval>.size))
        }
        guard connect(descriptor) else { return nil }
        // 1.0: the connection ends behind the answer, which comes in one piece.
        let question = Array("GET \(ManagedSnippet.statusPath) HTTP/1.0\r\nHost: localhost\r\n\r\n".utf8)
        guard send(descriptor, question, question.count, Int32(MSG_NOSIGNAL)) == question.count else { return nil }
        return Self.body(gather(descriptor)).flatMap(StubStatus.init(answer:))
    }

    private func connect(_ descriptor: Int32) -> Bool {
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = port.bigEndian
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        return withUnsafePointer(to: address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                Glibc.connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size)) == 0
            }
        }
    }

    private func gather(_ descriptor: Int32) -> String {
        var bytes: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 2048)
        while bytes.count < Self.answerLimit {
            let count = recv(descriptor, &buffer, buffer.count, 0)
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { break }
            bytes += buffer[..<count]
        }
        return String(decoding: bytes, as: UTF8.self)
    }

    /// Of an answer that says 200.
    private static func body(_ answer: String) -> String? {
        let lines = answer.split(separator: "\r\n" as Character, omittingEmptySubsequences: false)
        guard let status = lines.first, status.hasPrefix("HTTP/1."),
            status.split(separator: " ").dropFirst().first == "200",
            let end = lines.firstIndex(of: ""), end + 1 < lines.count
        else { return nil }
        return String(lines[end + 1])
    }
}
