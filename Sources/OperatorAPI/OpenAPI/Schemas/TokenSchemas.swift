import DesiredState
import Manifests
import ServerCore

/// Tokens as lists show them, and how they are made.
enum TokenSchemas {
    static let components: [String: JSONValue] = ["Token": token]

    private static let roles = Schema.choice(OperatorRole.allCases.map(\.rawValue))

    private static let token = ObjectSchemas.shown(
        "OperatorToken", "EnrollmentToken",
        spec: Schema.object(
            [
                "role": roles, "group": Schema.group, "uses": Schema.integer(SpecLimits.tokenUses),
                "requireApproval": Schema.bool,
            ], required: []),
        status: Schema.object(
            [
                "used": Schema.count, "armed": Schema.bool, "expires": Schema.time, "expired": Schema.bool,
                "created": Schema.time, "lastUsed": Schema.time,
            ], required: ["armed", "expires", "expired", "created"]))

    /// With `role` an operator's, with `group` an enrolment token.
    static let creation: JSONValue = [
        "oneOf": [
            Schema.object(
                ["name": Schema.name, "role": roles, "expires": Schema.duration], required: ["role"]),
            Schema.object(
                [
                    "name": Schema.name, "group": Schema.group, "uses": Schema.integer(SpecLimits.tokenUses),
                    "expires": Schema.duration, "requireApproval": Schema.bool,
                ], required: ["group"]),
        ]
    ]

    static let created = Schema.object(["name": Schema.name, "token": Schema.text])
}
