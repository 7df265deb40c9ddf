/// Why the store did not do what it was asked.
package struct StoreError: Error, Sendable, CustomStringConvertible {
    package struct Code: Sendable, Hashable, CustomStringConvertible {
        private enum Value: String { case conflict, full, unavailable, damaged, unexpectedValue, newerSchema, invalid }
        private let value: Value
        private init(_ value: Value) { self.value = value }

        /// A constraint forbids it: the row exists, or what it refers to does not.
        package static let conflict = Code(.conflict)
        /// No space is left. Reads still work.
        package static let full = Code(.full)
        /// Locked, closed or out of reach; may work later.
        package static let unavailable = Code(.unavailable)
        package static let damaged = Code(.damaged)
        /// A result does not have the shape the query expects.
        package static let unexpectedValue = Code(.unexpectedValue)
        /// The store was written by a newer Martlet.
        package static let newerSchema = Code(.newerSchema)
        package static let invalid = Code(.invalid)

        package var description: String { value.rawValue }
    }

    package let code: Code
    package let message: String
    package let cause: (any Error)?

    package init(_ code: Code, _ message: String, cause: (any Error)? = nil) {
        self.code = code
        self.message = message
        self.cause = cause
    }

    package var description: String { "store (\(code)): \(message)" }
}
