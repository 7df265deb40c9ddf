/// Why a connection to the server was not made or did not last.
package struct LinkError: Error, Sendable, CustomStringConvertible {
    package struct Code: Sendable, Hashable {
        private enum Kind: Sendable, Hashable { case unreachable, untrusted, refused, malformed, timedOut, closed }
        private let kind: Kind
        /// No connection: wrong address, no route, nobody listens.
        package static let unreachable = Code(kind: .unreachable)
        /// The peer is not our server.
        package static let untrusted = Code(kind: .untrusted)
        /// The server answered, and says no.
        package static let refused = Code(kind: .refused)
        package static let malformed = Code(kind: .malformed)
        package static let timedOut = Code(kind: .timedOut)
        package static let closed = Code(kind: .closed)
    }

    package let code: Code
    package let message: String
    /// µs; the server's own hint when to come back.
    package let retryAfter: Int64?
    /// The HTTP status, where there was one.
    package let status: Int?

    package init(_ code: Code, _ message: String, retryAfter: Int64? = nil, status: Int? = nil) {
        self.code = code
        self.message = message
        self.retryAfter = retryAfter
        self.status = status
    }

    /// Whether the server only cannot answer now.
    package var isTemporary: Bool { status.map { $0 == 429 || $0 >= 500 } ?? false }

    package var description: String { message }
}
