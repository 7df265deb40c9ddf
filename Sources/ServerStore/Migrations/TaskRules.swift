/// Migration 7: runs that are tried again.
enum TaskRules {
    static let statements = ["ALTER TABLE runs ADD COLUMN attempt bigint NOT NULL DEFAULT 1"]
}
