/// One row of a result. Accessors throw a `StoreError` that names the column when it is missing or holds another type.
package struct SQLRow: Sendable {
    package let columns: SQLColumns
    package let values: [SQLValue]

    package init(columns: SQLColumns, values: [SQLValue]) {
        self.columns = columns
        self.values = values
    }

    package func value(_ name: String) throws(StoreError) -> SQLValue {
        guard let index = columns.index(of: name), index < values.count else {
            throw StoreError(.unexpectedValue, "the result has no column \(name)")
        }
        return values[index]
    }

    package func optionalInteger(_ name: String) throws(StoreError) -> Int64? {
        switch try value(name) {
        case .null: nil
        case .integer(let number): number
        default: throw wrong(name, "an integer")
        }
    }

    package func optionalText(_ name: String) throws(StoreError) -> String? {
        switch try value(name) {
        case .null: nil
        case .text(let text): text
        default: throw wrong(name, "text")
        }
    }

    package func optionalBlob(_ name: String) throws(StoreError) -> [UInt8]? {
        switch try value(name) {
        case .null: nil
        case .blob(let bytes): bytes
        default: throw wrong(name, "bytes")
        }
    }

    package func optionalFlag(_ name: String) throws(StoreError) -> Bool? { try optionalInteger(name).map { $0 != 0 } }

    package func integer(_ name: String) throws(StoreError) -> Int64 { try present(optionalInteger(name), name) }
    package func text(_ name: String) throws(StoreError) -> String { try present(optionalText(name), name) }
    package func blob(_ name: String) throws(StoreError) -> [UInt8] { try present(optionalBlob(name), name) }
    package func flag(_ name: String) throws(StoreError) -> Bool { try integer(name) != 0 }

    package func real(_ name: String) throws(StoreError) -> Double {
        switch try value(name) {
        case .real(let number): number
        case .integer(let number): Double(number)
        default: throw wrong(name, "a number")
        }
    }

    private func present<T>(_ value: T?, _ name: String) throws(StoreError) -> T {
        guard let value else { throw wrong(name, "a value") }
        return value
    }

    private func wrong(_ name: String, _ expected: String) -> StoreError {
        StoreError(.unexpectedValue, "column \(name) does not hold \(expected)")
    }
}
