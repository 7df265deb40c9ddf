/// Who asks.
package struct OperatorIdentity: Sendable, Equatable {
    package var name: String
    package var role: OperatorRole

    package init(name: String, role: OperatorRole) {
        self.name = name
        self.role = role
    }
}
