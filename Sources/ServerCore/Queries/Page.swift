/// One page of a list, and where the next begins.
package struct Page<Item: Sendable>: Sendable {
    package var items: [Item]
    /// Key of the last item when there may be more; nil at the end.
    package var last: [String]?

    package init(items: [Item], last: [String]?) {
        self.items = items
        self.last = last
    }

    /// `found` was read with a limit of one more than `limit`.
    init(_ found: [Item], limit: Int, key: (Item) -> [String]) {
        items = Array(found.prefix(limit))
        last = found.count > limit ? items.last.map(key) : nil
    }
}
