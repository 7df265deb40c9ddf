/// The column names of one result, shared by its rows.
package struct SQLColumns: Sendable {
    package let names: [String]

    package init(_ names: [String]) { self.names = names }

    /// Results are narrow: a linear search beats building a dictionary per query.
    package func index(of name: String) -> Int? { names.firstIndex(of: name) }
}
