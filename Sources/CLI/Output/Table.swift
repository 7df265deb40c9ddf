import DesiredState

/// Objects as aligned columns.
struct Table: Sendable {
    struct Column: Sendable {
        let title: String
        let value: @Sendable (JSONValue) -> String

        init(_ title: String, _ value: @escaping @Sendable (JSONValue) -> String) {
            self.title = title
            self.value = value
        }

        /// The text at a path of members; `-` where there is nothing.
        init(_ title: String, path: String...) {
            self.init(title) { $0.text(at: path) ?? "-" }
        }
    }

    let columns: [Column]

    func text(_ items: [JSONValue]) -> String {
        let rows = [columns.map(\.title)] + items.map { item in columns.map { Terminal.escaped($0.value(item)) } }
        return Self.align(rows)
    }

    /// One line without a heading, for streams.
    func line(_ item: JSONValue) -> String { columns.map { Terminal.escaped($0.value(item)) }.joined(separator: "  ") }

    static func align(_ rows: [[String]]) -> String {
        var widths: [Int] = []
        for row in rows {
            for (index, cell) in row.enumerated() {
                if index == widths.count { widths.append(0) }
                widths[index] = max(widths[index], cell.count)
            }
        }
        return rows.map { row in
            row.enumerated().map { index, cell in
                index == row.count - 1 ? cell : cell + String(repeating: " ", count: widths[index] - cell.count)
            }.joined(separator: "  ")
        }.joined(separator: "\n")
    }
}
