/// A secret's value as the device keeps it: sealed, as it came.
package struct HeldSecret: Sendable, Hashable {
    package var application: String
    package var version: String
    /// The sender's part of the key.
    package var encapsulatedKey: [UInt8]
    package var ciphertext: [UInt8]

    package init(application: String, version: String, encapsulatedKey: [UInt8], ciphertext: [UInt8]) {
        self.application = application
        self.version = version
        self.encapsulatedKey = encapsulatedKey
        self.ciphertext = ciphertext
    }
}
