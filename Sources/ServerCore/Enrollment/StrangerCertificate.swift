package import DeviceProtocol

/// What an operator hands to an OpAMP client that is not ours.
package struct StrangerCertificate: Sendable, Equatable {
    package var device: DeviceUID
    package var name: String
    package var group: String
    package var certificate: IssuedCertificate
}
