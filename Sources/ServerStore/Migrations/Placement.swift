/// Migration 11: rules that place devices. A device whose `home_group` is not set enrolled where it is.
enum Placement {
    static let statements = [
        "ALTER TABLE groups ADD COLUMN placement_rules bigint NOT NULL DEFAULT 0",
        "ALTER TABLE devices ADD COLUMN placement text NOT NULL DEFAULT 'enrollment'",
        "ALTER TABLE devices ADD COLUMN placement_reason text NOT NULL DEFAULT ''",
        "ALTER TABLE devices ADD COLUMN home_group text",
        "CREATE INDEX devices_by_home ON devices (home_group) WHERE home_group IS NOT NULL",
        "CREATE INDEX groups_with_rules ON groups (name) WHERE placement_rules > 0",
    ]
}
