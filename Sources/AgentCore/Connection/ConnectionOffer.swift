/// Another address that the server wants its devices to use, until it was tried.
package struct ConnectionOffer: Sendable, Hashable {
    /// Names the offer, in the server's words; at most 64 bytes.
    package var hash: [UInt8]
    package var endpoint: ServerEndpoint
    /// How often the address was tried.
    package var attempts: Int

    package init(hash: [UInt8], endpoint: ServerEndpoint, attempts: Int = 0) {
        self.hash = hash
        self.endpoint = endpoint
        self.attempts = attempts
    }

    /// An address that does not answer is tried so often before the device says that it stays.
    static let mostAttempts = 3
    static let longestHash = 64
    /// An address that was taken and does not answer so often in a row is given up.
    static let mostFailures = 8
}

/// What became of the last offer, as the device tells the server.
package struct ConnectionOfferOutcome: Sendable, Hashable {
    package enum Status: Int64, Sendable { case applied = 1, applying, failed }

    package var hash: [UInt8]
    package var status: Status
    package var reason: String

    package init(hash: [UInt8], status: Status, reason: String = "") {
        self.hash = hash
        self.status = status
        self.reason = reason
    }
}
