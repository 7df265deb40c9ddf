import DeviceProtocol
import Manifests
import ServerStore

/// Which declarations a store holds: another value after every change of what documents are made of for many devices.
/// Never the same again, so that what was learned in a transaction that was undone is not taken for true.
enum DeclaredVersion {
    /// nil until something was declared.
    static func read(in reader: any SQLReader) throws -> [UInt8]? {
        try reader.first("SELECT value FROM server_facts WHERE name = 'declared'")?.blob("value")
    }

    static func renew(now: Int64, in transaction: any SQLTransaction) throws {
        try transaction.execute(
            """
            INSERT INTO server_facts (name, value) VALUES ('declared', $1)
            ON CONFLICT (name) DO UPDATE SET value = excluded.value
            """, [.blob(Identifier.make(now: now).bytes)])
    }

    /// Whether documents of devices that the object does not name may follow from it.
    static func covers(_ kind: ManifestKind) -> Bool {
        switch kind {
        case .group, .secret, .policy, .task, .remoteConfig, .trustDocument, .pluginPackage: true
        case .applicationSettings, .enrollmentToken, .device: false
        }
    }
}
