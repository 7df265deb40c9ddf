/// Migration 8: objects that are applied together, and an audit that says what was before and cannot be changed.
enum ApplySets {
    static let statements = [
        "ALTER TABLE groups ADD COLUMN applied_set text",
        "ALTER TABLE policies ADD COLUMN applied_set text",
        "ALTER TABLE tasks ADD COLUMN applied_set text",
        "ALTER TABLE remote_configs ADD COLUMN applied_set text",
        "ALTER TABLE audit ADD COLUMN before text",
        """
        CREATE TRIGGER audit_is_append_only BEFORE UPDATE ON audit
        BEGIN SELECT RAISE(ABORT, 'the audit is only added to'); END
        """,
    ]
}
