import DesiredState
import PluginPackage
import ServerStore

/// The statement of trust that operators applied; there is one at most.
enum DeclaredTrust {
    /// As it travels.
    static func signed(in reader: any SQLReader) throws -> SignedTrust? {
        try reader.first("SELECT spec FROM trust_documents ORDER BY serial DESC LIMIT 1")
            .flatMap { SignedTrust(json: try JSONValue(parsing: $0.text("spec"))) }
    }

    /// What it says. Its signature was checked when it was applied, and is again by each device.
    static func statement(in reader: any SQLReader) throws -> TrustStatement? {
        guard let signed = try signed(in: reader) else { return nil }
        return try TrustStatement(json: JSONValue(parsing: signed.text))
    }
}
