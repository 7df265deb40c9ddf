import DesiredState
import PluginPackage
import ServerStore

/// A package that the server holds.
package struct PackageRecord: Sendable, Equatable {
    package let digest: [UInt8]
    package let application: String
    package let version: String
    package let size: Int64
    package let architectures: [String]
    package let createdAt: Int64
    package let createdBy: String
    /// CMS, detached, in DER; nil until it was brought. Without one no device is offered the package.
    package let signature: [UInt8]?
    /// Subject of the signer's certificate, and its SHA-256.
    package let signer: String
    package let fingerprint: [UInt8]?

    init(row: SQLRow) throws {
        digest = try row.blob("digest")
        application = try row.text("application")
        version = try row.text("version")
        size = try row.integer("size")
        architectures = try row.text("architectures").split(separator: " ").map(String.init)
        createdAt = try row.integer("created_at")
        createdBy = try row.text("created_by")
        signature = try row.optionalBlob("signature")
        signer = try row.text("signer")
        fingerprint = try row.optionalBlob("fingerprint")
    }

    /// When packages were brought anew, by digest, as far as they ever were.
    static func renewals(in reader: any SQLReader) throws -> [[UInt8]: Int64] {
        let rows = try reader.query("SELECT digest, renewed_at FROM published_packages WHERE renewed_at IS NOT NULL")
        return try rows.reduce(into: [:]) { $0[try $1.blob("digest")] = try $1.integer("renewed_at") }
    }

    /// The package that devices were ever offered under this version, also when the server forgot it.
    static func published(_ application: String, _ version: String, in reader: any SQLReader) throws -> [UInt8]? {
        try reader.first(
            "SELECT digest FROM published_packages WHERE application = $1 AND version = $2",
            [.text(application), .text(version)]
        )?.blob("digest")
    }

    static func find(_ digest: [UInt8], in reader: any SQLReader) throws -> PackageRecord? {
        try reader.first("SELECT * FROM packages WHERE digest = $1", [.blob(digest)]).map(PackageRecord.init(row:))
    }

    static func find(_ application: String, _ version: String, in reader: any SQLReader) throws -> PackageRecord? {
        try reader.first(
            "SELECT * FROM packages WHERE application = $1 AND version = $2", [.text(application), .text(version)]
        ).map(PackageRecord.init(row:))
    }
}
