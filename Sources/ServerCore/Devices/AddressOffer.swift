import DesiredState
import DeviceProtocol
import Foundation
import OpAMP

/// Another address that a device is to use, as OpAMP offers it.
struct AddressOffer: Sendable, Equatable {
    /// `host:port`.
    let address: String
    /// Of the group that wants it: who applies the group again, changed, offers the address again.
    let revision: Int64

    /// Names the offer.
    var hash: [UInt8] { Array(Digest.sha256(Array("martlet address \(address) \(revision)".utf8)).prefix(16)) }

    /// nil when nothing is to be offered: no address is wanted, the device has told what became of this offer, or it
    /// does not take any.
    init?(for facts: DeviceFacts) {
        let takes = facts.capabilities & UInt64(OpAMPAgentCapabilities.acceptsOpAmpconnectionSettings.rawValue) != 0
        guard let address = facts.serverAddress, takes else { return nil }
        self.address = address
        revision = facts.serverAddressRevision
        guard facts.connectionHash != hash else { return nil }
    }

    var wire: OpAMPConnectionSettingsOffers {
        var offers = OpAMPConnectionSettingsOffers()
        offers.hash = Data(hash)
        offers.opamp.destinationEndpoint = "https://\(address)\(OpAMPPath.opamp)"
        return offers
    }
}
