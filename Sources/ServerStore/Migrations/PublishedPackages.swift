/// Migration 20: which bytes a version ever stood for, also after the package was deleted; and how often a package got another
/// signature than before.
enum PublishedPackages {
    static let statements = [
        "ALTER TABLE packages ADD COLUMN resigned bigint NOT NULL DEFAULT 0",
        """
        CREATE TABLE published_packages (
            application text NOT NULL, version text NOT NULL, digest {bytes} NOT NULL, published_at bigint NOT NULL,
            PRIMARY KEY (application, version)
        )
        """,
        """
        INSERT INTO published_packages (application, version, digest, published_at)
        SELECT application, version, digest, created_at FROM packages WHERE signature IS NOT NULL
        """,
    ]
}
