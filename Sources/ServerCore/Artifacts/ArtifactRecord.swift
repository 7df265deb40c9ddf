package import DeviceProtocol
import ServerStore

/// Something that a run left at the server.
package struct ArtifactRecord: Sendable, Equatable {
    package var run: RunID
    package var name: String
    package var device: DeviceUID
    package var size: Int64
    /// SHA-256.
    package var digest: [UInt8]
    package var createdAt: Int64

    init(row: SQLRow) throws {
        guard let run = RunID(try row.blob("run_id")), let device = DeviceUID(try row.blob("device_uid")) else {
            throw StoreError(.damaged, "an artifact's ids are not readable")
        }
        self.run = run
        self.device = device
        name = try row.text("name")
        size = try row.integer("size")
        digest = try row.blob("digest")
        createdAt = try row.integer("created_at")
    }

    init(run: RunID, name: String, device: DeviceUID, size: Int64, digest: [UInt8], createdAt: Int64) {
        self.run = run
        self.name = name
        self.device = device
        self.size = size
        self.digest = digest
        self.createdAt = createdAt
    }
}
