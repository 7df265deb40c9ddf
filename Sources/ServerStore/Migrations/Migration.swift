/// One step of the schema. Steps are numbered from 1 without holes, and never change once released.
package struct Migration: Sendable {
    package let number: Int64
    package let name: String
    /// In the dialect-neutral words of `SQLDialect.definition`.
    package let statements: [String]

    package init(number: Int64, name: String, statements: [String]) {
        self.number = number
        self.name = name
        self.statements = statements
    }
}
