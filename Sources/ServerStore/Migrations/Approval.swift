/// Migration 6: enrolment tokens whose devices wait for an operator's approval.
enum Approval {
    static let statements = [
        "ALTER TABLE enrollment_tokens ADD COLUMN require_approval bigint NOT NULL DEFAULT 0"
    ]
}
