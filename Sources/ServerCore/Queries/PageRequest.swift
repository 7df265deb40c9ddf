import DeviceProtocol

/// Which page of a list is asked for.
package struct PageRequest: Sendable {
    package static let usual = 100
    package static let largest = 1_000

    package var limit: Int
    /// Key of the last item that the caller has; empty for the first page.
    package var after: [String]

    package init(limit: Int = usual, after: [String] = []) {
        self.limit = min(max(1, limit), Self.largest)
        self.after = after
    }

    /// Throws `invalid` for a cursor that was not made for this list.
    func key(_ count: Int) throws(CoreError) -> [String]? {
        guard !after.isEmpty else { return nil }
        guard after.count == count else { throw CoreError(.invalid, "the cursor does not belong to this list") }
        return after
    }

    /// A key that is one identifier.
    func identifier() throws(CoreError) -> Identifier? {
        guard let key = try key(1) else { return nil }
        return try Self.identifier(key[0])
    }

    static func identifier(_ text: String) throws(CoreError) -> Identifier {
        guard let id = Identifier(text) else { throw CoreError(.invalid, "the cursor does not belong to this list") }
        return id
    }

    func number() throws(CoreError) -> Int64? {
        guard let key = try key(1) else { return nil }
        guard let number = Int64(key[0]) else { throw CoreError(.invalid, "the cursor does not belong to this list") }
        return number
    }
}
