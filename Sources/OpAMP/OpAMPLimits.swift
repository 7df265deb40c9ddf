/// How large a message may be, after decompression.
package enum OpAMPLimits {
    /// What an agent accepts from its server.
    package static let agentBytes = 4 << 20
    /// What a server accepts from an authenticated device.
    package static let serverBytes = 16 << 20
    /// What a server accepts from a peer that has not authenticated: a request for a certificate has about 2 KiB.
    package static let unauthenticatedBytes = 16 << 10
}
