package import DesiredState

/// How devices join: into which group, how many, until when. The secret itself is made by `token create`.
package struct EnrollmentTokenSpec: Sendable, Equatable {
    /// Seconds.
    package static let defaultLife: Int64 = 7 * 86_400

    package var group: String
    /// nil for any number.
    package var uses: Int64?
    /// Seconds from its creation.
    package var expires: Int64
    /// Devices that join with it wait for an operator's approval.
    package var requireApproval: Bool

    init?(_ fields: ManifestFields) {
        fields.allow(["group", "uses", "expires", "requireApproval"])
        fields.require("group", "a group's name or path, like root/servers")
        uses = fields.integer("uses", in: SpecLimits.tokenUses)
        expires = fields.duration("expires", in: SpecLimits.tokenLife) ?? Self.defaultLife
        requireApproval = fields.bool("requireApproval") ?? false
        guard let group = fields.group("group") else { return nil }
        self.group = group
    }

    package var json: JSONValue {
        var object: [String: JSONValue] = ["group": .string(group), "expires": .string(ManifestDuration.text(expires))]
        object["uses"] = uses.map { .integer($0) }
        if requireApproval { object["requireApproval"] = true }
        return .object(object)
    }
}

extension EnrollmentTokenSpec {
    package init(group: String, uses: Int64? = nil, expires: Int64 = defaultLife, requireApproval: Bool = false) {
        self.group = group
        self.uses = uses
        self.expires = expires
        self.requireApproval = requireApproval
    }
}
