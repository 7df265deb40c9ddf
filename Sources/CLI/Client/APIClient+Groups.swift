import DesiredState
import NIOHTTP1

extension APIClient {
    /// Objects for a table: their groups, which some objects have by name and others by path, as paths.
    func showingGroupPaths(_ items: [JSONValue]) async -> [JSONValue] {
        guard !items.isEmpty, let groups = try? await list("groups") else { return items }
        let paths = GroupPaths(groups)
        return items.map(paths.shown)
    }

    /// The path of a group that is named by its name or its path. Throws `notFound`.
    func groupPath(_ group: String) async throws -> String {
        let groups = try await list("groups")
        let names = groups.compactMap { $0.text(at: "metadata", "name") }
        let path = GroupPaths(groups).path(of: group)
        let isThere = names.contains { $0 == path.split(separator: "/").last.map(String.init) }
        guard isThere, !group.contains("/") || group == path else {
            throw CLIError(.notFound, "no group \"\(group)\" (martlet get groups)")
        }
        return path
    }
}
