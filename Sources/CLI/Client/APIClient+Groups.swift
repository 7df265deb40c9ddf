import DesiredState
import NIOHTTP1

extension APIClient {
    /// Objects for a table: their groups, which some objects have by name and others by path, as paths.
    func showingGroupPaths(_ items: [JSONValue]) async -> [JSONValue] {
        guard !items.isEmpty, let groups = try? await list("groups") else { return items }
        let paths = GroupPaths(groups)
        return items.map(paths.shown)
    }
}
