internal import Dispatch
internal import Glibc
internal import MartletPluginKit

/// clamd's UNIX socket: one connection per command, as clamd wants it.
package struct ClamdSocket: Sendable {
    package let path: String

    /// Where a waiting command waits, so that Swift's few threads do not.
    private static let queue = DispatchQueue(label: "martlet.clamd", attributes: .concurrent)
    private static let answerLimit = 65536

    package init(path: String) { self.path = path }

    /// Sends a command and gives its answer without the terminating zero. Fails with `unavailable` when clamd does not
    /// listen, and with `deadlineExceeded` when it is silent for so many seconds.
    package func ask(_ command: String, patience: Int = 5) async throws -> String {
        try await withCheckedThrowingContinuation { continuation in
            Self.queue.async {
                continuation.resume(with: Result { () throws(PluginFailure) in try askNow(command, patience) })
            }
        }
    }

    private func askNow(_ command: String, _ patience: Int) throws(PluginFailure) -> String {
        let descriptor = try connect(patience)
        defer { close(descriptor) }
        let line = Array("z\(command)".utf8) + [0]
        guard send(descriptor, line, line.count, Int32(MSG_NOSIGNAL)) == line.count else { throw failure("send") }
        var answer: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 4096)
        while answer.count < Self.answerLimit {
            let count = recv(descriptor, &buffer, buffer.count, 0)
            if count < 0, errno == EINTR { continue }
            guard count >= 0 else { throw failure("receive") }
            answer += buffer[..<count]
            if count == 0 || answer.last == 0 { break }
        }
        return String(decoding: answer.prefix(while: { $0 != 0 }), as: UTF8.self)
    }

    private func connect(_ patience: Int) throws(PluginFailure) -> Int32 {
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        let bytes = Array(path.utf8)
        guard bytes.count < MemoryLayout.size(ofValue: address.sun_path) else {
            throw PluginFailure(.invalidArgument, "the path of clamd's socket is too long: \(path)")
        }
        withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: bytes) }
        let descriptor = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
        guard descriptor >= 0 else { throw failure("socket") }
        var limit = timeval(tv_sec: patience, tv_usec: 0)
        setsockopt(descriptor, SOL_SOCKET, SO_RCVTIMEO, &limit, socklen_t(MemoryLayout<timeval>.size))
        setsockopt(descriptor, SOL_SOCKET, SO_SNDTIMEO, &limit, socklen_t(MemoryLayout<timeval>.size))
        let result = withUnsafePointer(to: address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                Glibc.connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_un>.size))
            }
        }
        guard result == 0 else {
            let error = failure("connect")
            close(descriptor)
            throw error
        }
        return descriptor
    }

    private func failure(_ operation: String) -> PluginFailure {
        let code = errno
        let isSilent = code == EAGAIN || code == EWOULDBLOCK
        return PluginFailure(
            isSilent ? .deadlineExceeded : .unavailable,
            isSilent ? "clamd does not answer" : "clamd (\(path)): \(operation): \(String(cString: strerror(code)))",
            isRetryable: true)
    }
}
