import DesiredState

extension AgentStore {
    /// By plugin, in order.
    package func packages() throws -> [DevicePackage] {
        var packages: [DevicePackage] = []
        try database.rows(
            """
            SELECT plugin, offer_version, offer_digest, held, signature, has_version, has_digest, phase, failed, refused,
                reason, highest, tries
            FROM package ORDER BY plugin
            """
        ) { row in
            var package = DevicePackage(plugin: row.text(0))
            if !row.blob(2).isEmpty {
                package.offer = PackageOffer(version: row.text(1), digest: row.blob(2), isHeld: row.integer(3) != 0)
            }
            package.signature = row.blob(4)
            if !row.blob(6).isEmpty { package.has = .init(version: row.text(5), digest: row.blob(6)) }
            package.phase = DevicePackage.Phase(rawValue: row.integer(7)) ?? .idle
            if !row.blob(8).isEmpty { package.fail(row.blob(8), row.text(10), refused: row.integer(9) != 0) }
            package.reason = row.text(10)
            package.highest = row.text(11)
            package.tries = row.integer(12)
            packages.append(package)
        }
        return packages
    }

    /// Of one that is not offered and not there its highest version is remembered.
    package func keep(_ package: DevicePackage) throws {
        guard package.isPresent || !package.highest.isEmpty else {
            return try database.run("DELETE FROM package WHERE plugin = ?1", [.text(package.plugin)])
        }
        try database.run(
            "INSERT OR REPLACE INTO package VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13)",
            [
                .text(package.plugin), .text(package.offer?.version ?? ""), .blob(package.offer?.digest ?? []),
                .integer(package.offer?.isHeld == true ? 1 : 0), .blob(package.signature),
                .text(package.has?.version ?? ""), .blob(package.has?.digest ?? []), .integer(package.phase.rawValue),
                .blob(package.failed ?? []), .integer(package.isRefused ? 1 : 0), .text(package.reason),
                .text(package.highest), .integer(package.tries),
            ])
    }

    /// By the digest of their package.
    package func packageSignatures() throws -> [[UInt8]: [UInt8]] {
        var signatures: [[UInt8]: [UInt8]] = [:]
        try database.rows("SELECT digest, signature FROM package_signature") { signatures[$0.blob(0)] = $0.blob(1) }
        return signatures
    }

    /// Those of the present offers; others are forgotten.
    package func keep(packageSignatures: [[UInt8]: [UInt8]]) throws {
        try database.transaction {
            try database.run("DELETE FROM package_signature")
            for (digest, signature) in packageSignatures {
                try database.run(
                    "INSERT INTO package_signature VALUES (?1, ?2)", [.blob(digest), .blob(signature)])
            }
        }
    }

    /// The statement of trust that the device took last, as it was signed; nil before the first.
    package func trustText() throws -> String? { try text(.trust) }

    package func keep(trustText: String) throws { try set(.trust, .text(trustText)) }
}
