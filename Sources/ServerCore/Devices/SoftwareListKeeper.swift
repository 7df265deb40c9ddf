import DeviceProtocol
import ServerStore

/// Which list of software a device has. Devices with equal lists, hosts of one image for instance, share one; a list that one
/// device alone has is changed in its place.
struct SoftwareListKeeper {
    let device: DeviceUID
    let transaction: any SQLTransaction

    /// The whole list, whatever was known before.
    func replace(by items: some Sequence<ListedSoftware>) throws {
        try set(Set(items), held: try heldList())
    }

    /// A change of the list that is held.
    func change(removing removed: [ListedSoftware], adding added: [ListedSoftware]) throws {
        let held = try heldList()
        let before = try held.map(items) ?? []
        try set(before.subtracting(removed).union(added), held: held, before: before)
    }

    /// The device has no list any more.
    func forget() throws {
        guard let held = try heldList() else { return }
        try point(to: nil, from: held)
    }

    private func set(
        _ items: Set<ListedSoftware>, held: Int64?, before: Set<ListedSoftware>? = nil
    ) throws {
        guard items.count <= DeviceLimits.softwareList else {
            throw CoreError(
                .invalid, "a list of \(items.count) packages; a device has at most \(DeviceLimits.softwareList)")
        }
        let sorted = items.sorted()
        let digest = ListedSoftware.digest(of: sorted)
        if let equal = try transaction.first("SELECT id FROM software_lists WHERE digest = $1", [.blob(digest)]) {
            let list = try equal.integer("id")
            if list != held { try point(to: list, from: held) }
        } else if let held, try !isShared(held) {
            let before = try before ?? self.items(of: held)
            try transaction.executeBatch(
                """
                DELETE FROM listed_software
                WHERE list = $1 AND name = $2 AND architecture = $3 AND source = $4 AND version = $5
                """, before.subtracting(items).map { row($0, held) })
            try insert(items.subtracting(before).sorted(), into: held)
            try transaction.execute(
                "UPDATE software_lists SET digest = $2 WHERE id = $1", [.integer(held), .blob(digest)])
        } else {
            guard
                let made = try transaction.first(
                    "INSERT INTO software_lists (digest) VALUES ($1) RETURNING id", [.blob(digest)])
            else { throw StoreError(.unexpectedValue, "a list of software that was inserted has no number") }
            let list = try made.integer("id")
            try insert(sorted, into: list)
            try point(to: list, from: held)
        }
    }

    private func heldList() throws -> Int64? {
        try transaction.first("SELECT software_list FROM devices WHERE uid = $1", [.blob(device.bytes)])?
            .optionalInteger("software_list")
    }

    private func items(of list: Int64) throws -> Set<ListedSoftware> {
        Set(
            try transaction.query(
                "SELECT name, architecture, source, version FROM listed_software WHERE list = $1", [.integer(list)]
            ).map(ListedSoftware.init))
    }

    private func isShared(_ list: Int64) throws -> Bool {
        try transaction.first(
            "SELECT uid FROM devices WHERE software_list = $1 AND uid <> $2 LIMIT 1",
            [.integer(list), .blob(device.bytes)]) != nil
    }

    /// In the order of the key, so that neighbours lie in one page.
    private func insert(_ sorted: [ListedSoftware], into list: Int64) throws {
        try transaction.executeBatch(
            """
            INSERT INTO listed_software (list, name, architecture, source, version) VALUES ($1, $2, $3, $4, $5)
            ON CONFLICT DO NOTHING
            """, sorted.map { row($0, list) })
    }

    /// A list that nobody has any more goes.
    private func point(to list: Int64?, from held: Int64?) throws {
        try transaction.execute(
            "UPDATE devices SET software_list = $2 WHERE uid = $1",
            [.blob(device.bytes), list.map { .integer($0) } ?? .null])
        guard let held, try !isShared(held) else { return }
        try transaction.execute("DELETE FROM listed_software WHERE list = $1", [.integer(held)])
        try transaction.execute("DELETE FROM software_lists WHERE id = $1", [.integer(held)])
    }

    private func row(_ item: ListedSoftware, _ list: Int64) -> [SQLValue] {
        [.integer(list), .text(item.name), .text(item.architecture), .text(item.source), .text(item.version)]
    }
}
