import ServerCore

/// Who may use an endpoint.
enum EndpointAccess: Sendable, Equatable {
    /// Without a token too.
    case everyone
    case role(OperatorRole)
    /// Looking at what would happen needs less than making it happen.
    case changing(OperatorRole, dryRun: OperatorRole)

    /// Throws `notAllowed` unless `identity` may.
    func check(_ identity: OperatorIdentity?, dryRun: Bool) throws(CoreError) {
        guard let needed = needed(dryRun: dryRun) else { return }
        guard let identity else { throw CoreError(.notAllowed, "no operator") }
        guard identity.role >= needed else {
            throw CoreError(
                .notAllowed,
                "this needs the role \(needed.rawValue); the token \"\(identity.name)\" has \(identity.role.rawValue)")
        }
    }

    /// nil when nobody is asked who they are.
    func needed(dryRun: Bool) -> OperatorRole? {
        switch self {
        case .everyone: nil
        case .role(let role): role
        case .changing(let role, let less): dryRun ? less : role
        }
    }

    /// The role that may do all of it.
    var most: OperatorRole { needed(dryRun: false) ?? .read }
}
