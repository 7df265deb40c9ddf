/// Migration 13: secrets. `sealed` is the value under the key in pki/secrets.key that `key_id` names; `version` is another
/// whenever the value is.
enum SecretValues {
    static let statements = [
        """
        CREATE TABLE secrets (
            name text PRIMARY KEY, uid {bytes} NOT NULL, group_name text, application text NOT NULL, labels text NOT NULL,
            spec text NOT NULL, revision bigint NOT NULL, created_at bigint NOT NULL, updated_at bigint NOT NULL,
            applied_set text, version text NOT NULL DEFAULT '', key_id {bytes}, sealed {bytes}, value_at bigint
        )
        """
    ]
}
