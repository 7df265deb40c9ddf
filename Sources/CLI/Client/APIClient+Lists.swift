import DesiredState
import NIOHTTP1

extension APIClient {
    /// Follows the list from page to page, at most `limit` items (nil: all). With `name` that one alone; throws
    /// `notFound` when it is not there.
    func list(
        _ collection: String, named name: String? = nil, query: [(String, String?)] = [], limit: Int? = nil
    ) async throws(CLIError) -> [JSONValue] {
        if let name { return [try await request(.GET, [collection, name])] }
        var items: [JSONValue] = []
        var cursor: String?
        repeat {
            let wanted = min(limit.map { $0 - items.count } ?? 1_000, 1_000)
            let page = try await request(
                .GET, [collection], query: query + [("limit", String(wanted)), ("after", cursor)])
            items += page["items"]?.arrayValue ?? []
            cursor = page["next"]?.stringValue
        } while cursor != nil && items.count < limit ?? .max
        return items
    }
}
