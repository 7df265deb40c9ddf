import ServerStore

/// Conditions of a query, with their arguments numbered as they come.
struct Filter {
    private(set) var conditions: [String] = []
    private(set) var arguments: [SQLValue]

    /// `arguments` are numbered already.
    init(_ arguments: [SQLValue] = []) { self.arguments = arguments }

    /// A condition without an argument.
    mutating func require(_ condition: String) { conditions.append(condition) }

    /// `%` stands for the argument's placeholder.
    mutating func add(_ condition: String, _ value: SQLValue?) {
        guard let value else { return }
        arguments.append(value)
        conditions.append(
            condition.split(separator: "%", omittingEmptySubsequences: false).joined(separator: "$\(arguments.count)"))
    }

    mutating func any(_ column: String, of values: [SQLValue]) {
        let places = values.indices.map { "$\(arguments.count + $0 + 1)" }.joined(separator: ", ")
        arguments += values
        conditions.append("\(column) IN (\(places))")
    }

    /// A row comparison with the key of the last item: `(a, b) > ($1, $2)`.
    mutating func after(_ columns: String, _ key: [SQLValue]?, descending: Bool = false) {
        guard let key else { return }
        let places = key.indices.map { "$\(arguments.count + $0 + 1)" }.joined(separator: ", ")
        arguments += key
        conditions.append("(\(columns)) \(descending ? "<" : ">") (\(places))")
    }

    var sql: String { conditions.isEmpty ? "" : " WHERE " + conditions.joined(separator: " AND ") }
}
