package import DesiredState
import Glibc

/// Asks a running agent one question over its socket.
package enum StatusClient {
    package static func ask(_ question: String, socket path: String) throws -> JSONValue {
        try ask(["ask": .string(question)], socket: path)
    }

    package static func ask(_ question: JSONValue, socket path: String) throws -> JSONValue {
        let descriptor = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
        guard descriptor >= 0 else { throw AgentError(String(cString: strerror(errno))) }
        defer { close(descriptor) }
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        guard path.utf8.count < MemoryLayout.size(ofValue: address.sun_path) else {
            throw AgentError("\(path): longer than a socket's path may be")
        }
        withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: path.utf8) }
        var timeout = timeval(tv_sec: 10, tv_usec: 0)
        setsockopt(descriptor, SOL_SOCKET, SO_RCVTIMEO, &timeout, socklen_t(MemoryLayout<timeval>.size))
        let connected = withUnsafePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_un>.size))
            }
        }
        guard connected == 0 else {
            throw AgentError(
                "no agent answers at \(path) (\(String(cString: strerror(errno)))); is it running, and may you read its socket?"
            )
        }
        let line = CanonicalJSON.encode(question) + [UInt8(ascii: "\n")]
        guard line.count <= StatusServer.longestQuestion else {
            throw AgentError(
                "the value is longer than \(StatusServer.longestQuestion) bytes, which the agent takes at once")
        }
        guard send(descriptor, line, line.count, Int32(MSG_NOSIGNAL)) == line.count else {
            throw AgentError(String(cString: strerror(errno)))
        }
        return try JSONValue(parsing: try readLine(descriptor, path))
    }

    private static func readLine(_ descriptor: Int32, _ path: String) throws -> [UInt8] {
        var bytes: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: 16 << 10)
        while bytes.last != UInt8(ascii: "\n") {
            let count = read(descriptor, &chunk, chunk.count)
            guard count > 0, bytes.count < JSONValue.maximumDocumentBytes else {
                throw AgentError("\(path): the agent did not answer in 10 s")
            }
            bytes += chunk[0..<count]
        }
        return bytes
    }
}
