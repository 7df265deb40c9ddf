import ServerPKI

/// What a connection's certificate says; decided once per connection, resumed ones too.
enum PeerIdentity: Sendable {
    /// No certificate: may only enrol.
    case anonymous
    case device(DeviceCertificateVerifier.Accepted)
}
