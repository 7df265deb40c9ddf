package import ServerStore

/// A group as the store holds it.
package struct GroupRecord: Sendable, Equatable {
    package var name: String
    package var parent: String?
    package var layer: DeviceIntents.Layer
    /// `host:port` that its devices are to use.
    package var serverAddress: String?
    package var cloneAction: CloneAction?
    package var revision: Int64

    /// The root is made with the store, cannot be deleted, and is the end of every chain.
    package static let root = "root"
    package static let deepestTree = 32

    /// The group and its ancestors, nearest first. A name that does not exist gives an empty chain.
    package static func chain(from name: String, in reader: any SQLReader) throws -> [GroupRecord] {
        try reader.query(
            """
            WITH RECURSIVE chain (name, parent, sync_interval, keep_connection, keep_priority, server_address,
                clone_action, revision, depth) AS (
                SELECT name, parent, sync_interval, keep_connection, keep_priority, server_address, clone_action,
                    revision, 0
                FROM groups WHERE name = $1
                UNION ALL
                SELECT g.name, g.parent, g.sync_interval, g.keep_connection, g.keep_priority, g.server_address,
                    g.clone_action, g.revision, c.depth + 1
                FROM groups g JOIN chain c ON g.name = c.parent WHERE c.depth < $2
            )
            SELECT * FROM chain ORDER BY depth
            """, [.text(name), .integer(Int64(deepestTree))]
        ).map(GroupRecord.init(row:))
    }

    /// The group and everything below it.
    package static func subtree(of name: String, in reader: any SQLReader) throws -> [String] {
        try reader.query(
            """
            WITH RECURSIVE tree (name, depth) AS (
                SELECT name, 0 FROM groups WHERE name = $1
                UNION ALL
                SELECT g.name, t.depth + 1 FROM groups g JOIN tree t ON g.parent = t.name WHERE t.depth < $2
            )
            SELECT name FROM tree ORDER BY depth, name
            """, [.text(name), .integer(Int64(deepestTree))]
        ).map { try $0.text("name") }
    }

    init(row: SQLRow) throws {
        name = try row.text("name")
        parent = try row.optionalText("parent")
        layer = DeviceIntents.Layer(
            syncInterval: try row.optionalInteger("sync_interval"),
            keepConnection: try row.optionalFlag("keep_connection"),
            priority: try row.optionalInteger("keep_priority").map(Int.init(clamping:)))
        serverAddress = try row.optionalText("server_address")
        revision = try row.integer("revision")
        cloneAction = try row.optionalText("clone_action").flatMap(CloneAction.init(rawValue:))
    }
}
