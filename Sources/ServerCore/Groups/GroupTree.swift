import ServerStore

/// All groups at once, for who asks for many of their subtrees.
struct GroupTree {
    private let children: [String: [String]]
    private let names: Set<String>
    private let parents: [String: String]

    init(in reader: any SQLReader) throws {
        let rows = try reader.query("SELECT name, parent FROM groups ORDER BY name").map {
            (try $0.text("name"), try $0.optionalText("parent"))
        }
        names = Set(rows.map(\.0))
        parents = rows.reduce(into: [:]) { $0[$1.0] = $1.1 }
        children = Dictionary(grouping: rows.filter { $0.1 != nil }, by: { $0.1 ?? "" }).mapValues { $0.map(\.0) }
    }

    /// The group and its ancestors, nearest first; empty when it is not there.
    func chain(from name: String) -> [String] {
        guard names.contains(name) else { return [] }
        var chain = [name]
        // No group is its own ancestor.
        while let parent = parents[chain[chain.count - 1]], chain.count <= parents.count { chain.append(parent) }
        return chain
    }

    /// The group and everything below it; empty when it is not there.
    func subtree(_ name: String) -> [String] {
        guard names.contains(name) else { return [] }
        var found = [name]
        var next = 0
        // No group is its own ancestor.
        while next < found.count {
            found += children[found[next]] ?? []
            next += 1
        }
        return found
    }
}
