package import Manifests

/// Why the server did not do what it was asked, in words for an operator or a device.
package struct CoreError: Error, Sendable, CustomStringConvertible {
    package struct Code: Sendable, Hashable, CustomStringConvertible {
        private enum Value: String {
            case notFound = "not-found"
            case conflict, invalid
            case notAllowed = "not-allowed"
            case precondition, unavailable
        }
        private let value: Value
        private init(_ value: Value) { self.value = value }

        package static let notFound = Code(.notFound)
        /// It contradicts what exists.
        package static let conflict = Code(.conflict)
        /// The input is wrong; `problems` says where.
        package static let invalid = Code(.invalid)
        package static let notAllowed = Code(.notAllowed)
        /// Somebody changed the object since the caller read it.
        package static let precondition = Code(.precondition)
        package static let unavailable = Code(.unavailable)

        package var description: String { value.rawValue }
    }

    package let code: Code
    package let message: String
    package let problems: [FieldProblem]
    package let cause: (any Error)?

    package init(_ code: Code, _ message: String, problems: [FieldProblem] = [], cause: (any Error)? = nil) {
        self.code = code
        self.message = message
        self.problems = problems
        self.cause = cause
    }

    package var description: String { ([message] + problems.map(\.description)).joined(separator: "\n") }
}
