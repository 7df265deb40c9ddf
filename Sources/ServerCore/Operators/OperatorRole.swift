/// What an operator may do; each role may do what the ones before it may.
package enum OperatorRole: String, Sendable, CaseIterable, Comparable {
    /// See everything that is not secret.
    case read
    /// Also act on devices: synchronise, run and cancel tasks, start and stop applications.
    case operate
    /// Also change what is declared, and let devices and operators in.
    case admin

    package static func < (a: OperatorRole, b: OperatorRole) -> Bool { a.rank < b.rank }

    private var rank: Int {
        switch self {
        case .read: 0
        case .operate: 1
        case .admin: 2
        }
    }
}
