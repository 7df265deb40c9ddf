/// Every step of the schema, oldest first.
package enum Schema {
    package static let migrations: [Migration] = [
        Migration(
            number: 1, name: "first cut",
            statements: FirstCut.devices + FirstCut.reports + FirstCut.desiredState + FirstCut.operations),
        Migration(
            number: 2, name: "retention",
            statements: [
                "CREATE INDEX events_by_severity ON events (severity, position)",
                "CREATE INDEX runs_ended ON runs (updated_at) WHERE state > 2",
            ]),
        Migration(number: 3, name: "faults", statements: Faults.statements),
        Migration(
            number: 4, name: "open runs",
            statements: ["CREATE INDEX runs_open ON runs (device_uid, run_id) WHERE state < 3"]),
        Migration(number: 5, name: "strangers", statements: Strangers.statements),
        Migration(number: 6, name: "approval", statements: Approval.statements),
        Migration(number: 7, name: "task rules", statements: TaskRules.statements),
        Migration(number: 8, name: "apply sets", statements: ApplySets.statements),
        Migration(number: 9, name: "policies", statements: Policies.statements),
        Migration(number: 10, name: "silence", statements: Silence.statements),
        Migration(number: 11, name: "placement", statements: Placement.statements),
        Migration(number: 12, name: "documents", statements: Documents.statements),
        Migration(number: 13, name: "secrets", statements: SecretValues.statements),
        Migration(number: 14, name: "maintenance windows", statements: Windows.statements),
        Migration(number: 15, name: "artifacts", statements: Artifacts.statements),
        Migration(number: 16, name: "deployment", statements: Deployment.statements),
        Migration(number: 17, name: "launches", statements: Launches.statements),
        Migration(number: 18, name: "packages", statements: Packages.statements),
        Migration(
            number: 19, name: "use of tokens",
            statements: ["ALTER TABLE operator_tokens ADD COLUMN last_used_at bigint"]),
        Migration(number: 20, name: "published packages", statements: PublishedPackages.statements),
        Migration(number: 21, name: "renewed packages", statements: RenewedPackages.statements),
        Migration(
            number: 22, name: "keys to replace",
            statements: [
                // Without whether the key is confirmed: each exchange writes that, and would write the index with it.
                "CREATE INDEX devices_key_age ON devices (udp_key_at) WHERE udp_key_id > 0 AND standing = 'active'"
            ]),
        Migration(number: 23, name: "software lists", statements: SoftwareLists.statements),
    ]
}
