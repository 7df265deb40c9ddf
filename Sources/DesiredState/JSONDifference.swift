/// What differs between two JSON values, place by place.
package struct JSONDifference: Sendable, Hashable {
    /// Keys joined by dots; empty for the whole.
    package var path: String
    /// nil where there was nothing.
    package var from: JSONValue?
    /// nil where there is nothing any more.
    package var to: JSONValue?

    package init(path: String, from: JSONValue?, to: JSONValue?) {
        self.path = path
        self.from = from
        self.to = to
    }

    /// Objects are compared by key, everything else as a whole; ordered by path.
    package static func between(_ from: JSONValue?, _ to: JSONValue?, path: String = "") -> [JSONDifference] {
        guard from != to else { return [] }
        guard case .object(let old) = from ?? .object([:]), case .object(let new) = to ?? .object([:]) else {
            return [JSONDifference(path: path, from: from, to: to)]
        }
        let below = Set(old.keys).union(new.keys).sorted().flatMap { key in
            between(old[key], new[key], path: path.isEmpty ? key : "\(path).\(key)")
        }
        // An empty object that came or went.
        return below.isEmpty ? [JSONDifference(path: path, from: from, to: to)] : below
    }
}
