/// How values of secrets travel: sealed with HPKE to a key that the device made for this.
package enum SecretSealing {
    package static let info = Array("martlet.secret/1".utf8)
    /// Longest value, in bytes; plugins are promised no more.
    package static let longestValue = 16_384
    /// What sealing adds, with room to spare.
    package static let longestSealed = longestValue + 64
    /// Values in one answer: what is left is asked for in the next frame.
    package static let mostInOneAnswer = 4

    /// What a sealed value is bound to: nobody else's, no other secret's, no other version's opens in its place.
    package static func bound(device: DeviceUID, name: String, version: String) -> [UInt8] {
        device.bytes + Array(name.utf8) + [0] + Array(version.utf8)
    }
}
