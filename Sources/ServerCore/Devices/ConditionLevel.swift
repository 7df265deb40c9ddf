/// How much an operator has to care.
package enum ConditionLevel: Int, Sendable, CaseIterable {
    case ok, warning, critical

    package var name: String { "\(self)" }
}
