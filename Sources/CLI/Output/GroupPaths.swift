import DesiredState

/// The way from the root to every group, for people.
struct GroupPaths {
    private var parents: [String: String] = [:]

    /// Groups as REST has them.
    init(_ groups: [JSONValue]) {
        for group in groups {
            guard let name = group.text(at: "metadata", "name"), name != "root" else { continue }
            parents[name] = Self.name(of: group.text(at: "spec", "parent") ?? "root")
        }
    }

    private static func name(of group: String) -> String { group.split(separator: "/").last.map(String.init) ?? group }

    /// `servers` and `root/servers` are both `root/servers`.
    func path(of group: String) -> String {
        var path = [Self.name(of: group)]
        while let parent = parents[path[0]], path.count <= parents.count { path.insert(parent, at: 0) }
        return path.joined(separator: "/")
    }

    /// The object with the path of the group that it is in, or that it is for.
    func shown(_ object: JSONValue) -> JSONValue {
        guard var members = object.objectValue, var spec = members["spec"]?.objectValue else { return object }
        if let group = spec["group"]?.stringValue { spec["group"] = .string(path(of: group)) }
        if var scope = spec["scope"]?.objectValue, let group = scope["group"]?.stringValue {
            scope["group"] = .string(path(of: group))
            spec["scope"] = .object(scope)
        }
        members["spec"] = .object(spec)
        if var status = members["status"]?.objectValue, let group = status["group"]?.stringValue {
            status["group"] = .string(path(of: group))
            members["status"] = .object(status)
        }
        return .object(members)
    }
}
