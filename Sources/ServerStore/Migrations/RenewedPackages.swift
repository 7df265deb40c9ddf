/// Migration 21: when a version was last brought anew, and with which signature, also after its package was deleted. It takes the place of
/// the count that went with the package.
enum RenewedPackages {
    static let statements = [
        "ALTER TABLE published_packages ADD COLUMN signature {bytes}",
        "ALTER TABLE published_packages ADD COLUMN renewed_at bigint",
        """
        UPDATE published_packages SET
            signature = (SELECT signature FROM packages WHERE packages.digest = published_packages.digest),
            renewed_at = (SELECT max(created_at) FROM packages
                WHERE packages.digest = published_packages.digest AND resigned > 0)
        """,
        "ALTER TABLE packages DROP COLUMN resigned",
        // What was compiled says the count, which devices read no more.
        "UPDATE devices SET document_wanted = document_wanted + 1",
    ]
}
