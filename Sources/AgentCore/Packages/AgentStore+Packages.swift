import DesiredState

extension AgentStore {
    /// By plugin, in order.
    package func packages() throws -> [DevicePackage] {
        var packages: [DevicePackage] = []
        try database.rows(
            """
            SELECT plugin, offer_version, offer_digest, held, signature, has_version, has_digest, phase, failed, refused,
                reason, highest, tries, agent, renewed, spoiled, lost, not_before
            FROM package ORDER BY plugin
            """
        ) { row in
            var package = DevicePackage(plugin: row.text(0))
            if !row.blob(2).isEmpty {
                package.offer = PackageOffer(
                    version: row.text(1), digest: row.blob(2), isHeld: row.integer(3) != 0,
                    renewed: row.integer(14) == 0 ? nil : row.integer(14))
            }
            package.signature = row.blob(4)
            if !row.blob(6).isEmpty { package.has = .init(version: row.text(5), digest: row.blob(6)) }
            package.phase = DevicePackage.Phase(rawValue: row.integer(7)) ?? .idle
            let phase = package.phase
            if !row.blob(8).isEmpty {
                let agent = row.text(13)
                let pardon = agent.isEmpty ? (row.integer(9) != 0 ? PackagePardon.trust : .none) : .agent(agent)
                package.fail(row.blob(8), row.text(10), until: pardon)
            }
            package.phase = phase
            package.reason = row.text(10)
            package.highest = row.text(11)
            package.tries = row.integer(12)
            package.spoiled = row.integer(15)
            package.lost = row.integer(16)
            package.notBefore = row.integer(17)
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
            """
            INSERT OR REPLACE INTO package (plugin, offer_version, offer_digest, held, signature, has_version, has_digest,
                phase, failed, refused, reason, highest, tries, agent, renewed, spoiled, lost, not_before)
            VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17, ?18)
            """,
            [
                .text(package.plugin), .text(package.offer?.version ?? ""), .blob(package.offer?.digest ?? []),
                .integer(package.offer?.isHeld == true ? 1 : 0), .blob(package.signature),
                .text(package.has?.version ?? ""), .blob(package.has?.digest ?? []), .integer(package.phase.rawValue),
                .blob(package.failed ?? []), .integer(package.pardon == .none ? 0 : 1), .text(package.reason),
                .text(package.highest), .integer(package.tries), .text(package.pardon.agent),
                .integer(package.offer?.renewed ?? 0), .integer(package.spoiled), .integer(package.lost),
                .integer(package.notBefore),
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
