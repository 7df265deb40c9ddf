import Hummingbird
import ServerCore

/// One request, and who makes it.
struct OperatorContext: RequestContext {
    var coreContext: CoreRequestContextStorage
    var identity: OperatorIdentity?

    init(source: ApplicationRequestContextSource) { coreContext = CoreRequestContextStorage(source: source) }

    /// Throws `notAllowed` unless the operator may do what `role` may. Every route begins with it.
    func require(_ role: OperatorRole) throws(CoreError) -> OperatorIdentity {
        guard let identity else { throw CoreError(.notAllowed, "no operator") }
        guard identity.role >= role else {
            throw CoreError(
                .notAllowed,
                "this needs the role \(role.rawValue); the token \"\(identity.name)\" has \(identity.role.rawValue)")
        }
        return identity
    }
}
