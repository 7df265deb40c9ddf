extension AgentStore {
    /// Digest of the state that the server acknowledged; empty when nothing is known.
    func acknowledgedDigest() throws -> [UInt8] { try blob(.acknowledgedDigest) ?? [] }
    func keepAcknowledgedDigest(_ digest: [UInt8]) throws {
        guard try acknowledgedDigest() != digest else { return }
        try set(.acknowledgedDigest, .blob(digest))
    }

    func acknowledgedInventory() throws -> SoftwareList? { try blob(.inventoryList).map { SoftwareList(bytes: $0) } }
    func keepAcknowledgedInventory(_ list: SoftwareList) throws { try set(.inventoryList, .blob(list.bytes)) }

    func storeEpoch() throws -> [UInt8] { try blob(.storeEpoch) ?? [] }
}
