package import DeviceProtocol

/// Decides who keeps a connection when there are fewer places than wishes.
package protocol PersistentAdmission: Sendable {
    /// Called in every exchange of a device whose keep-connection is on; asking again for a device that holds a place
    /// must not take a second one.
    func decide(_ device: DeviceUID, priority: Int) async -> PersistentGrant
}
