import DesiredState
import NIOHTTP1

extension APIClient {
    /// Follows the list from page to page, at most `limit` items (nil: all).
    func list(
        _ collection: String, query: [(String, String?)] = [], limit: Int? = nil
    ) async throws(CLIError) -> [JSONValue] {
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
