import DeviceProtocol

extension AgentStore {
    /// Digest of the state that the server acknowledged; empty when nothing is known.
    func acknowledgedDigest() throws -> [UInt8] { try blob(.acknowledgedDigest) ?? [] }

    func acknowledgedInventory() throws -> SoftwareList? { try blob(.inventoryList).map { SoftwareList(bytes: $0) } }

    /// What the server holds by now, together.
    func acknowledge(
        digest: [UInt8]?, inventory: SoftwareList?, runs: [(id: RunID, revision: Int64)], answers: [[UInt8]]
    ) throws {
        let digest = try digest.flatMap { try acknowledgedDigest() == $0 ? nil : $0 }
        guard digest != nil || inventory != nil || !runs.isEmpty || !answers.isEmpty else { return }
        try database.transaction {
            if let digest { try set(.acknowledgedDigest, .blob(digest)) }
            if let inventory { try set(.inventoryList, .blob(inventory.bytes)) }
            for run in runs { try acknowledge(run: run.id, revision: run.revision) }
            try acknowledge(answers: answers)
        }
    }

    func storeEpoch() throws -> [UInt8] { try blob(.storeEpoch) ?? [] }
}
