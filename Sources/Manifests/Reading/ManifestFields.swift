import DesiredState

/// An object of a manifest, read field by field.
///
/// Every getter notes what is wrong and returns nil; the caller goes on, and the decoder throws all problems at the end.
struct ManifestFields {
    let node: ManifestNode
    let path: String
    let file: String?
    let problems: ManifestProblems
    private let members: [ManifestNode.Member]
    private let misspelled = Misspelled()

    /// Known fields that unknown ones were most likely meant to be.
    private final class Misspelled { var keys: Set<String> = [] }

    /// Notes a problem and has no members when the node is not an object.
    init(_ node: ManifestNode, path: String, file: String?, problems: ManifestProblems) {
        self.node = node
        self.path = path
        self.file = file
        self.problems = problems
        if case .object(let members) = node.content {
            self.members = members
        } else {
            members = []
            problems.add(FieldProblem(file: file, line: node.line, path: path, expected: "an object", got: node.shown))
        }
    }

    /// Refuses members whose names are not among `known`.
    func allow(_ known: [String]) {
        for member in members where !known.contains(member.key) {
            let hint = NameSuggestion.nearest(to: member.key, among: known)
            let got = "unknown field \"\(member.key)\"" + (hint.map { "; did you mean \"\($0)\"?" } ?? "")
            if let hint { misspelled.keys.insert(hint) }
            problems.add(
                FieldProblem(
                    file: file, line: member.line, path: place(member.key),
                    expected: known.isEmpty ? "no field" : "one of \(known.joined(separator: ", "))", got: got))
        }
    }

    /// Whether `allow` found another name in its place: that it is missing is then no news.
    func isMisspelled(_ key: String) -> Bool { value(key) == nil && misspelled.keys.contains(key) }

    func place(_ key: String) -> String { path.isEmpty ? key : "\(path).\(key)" }

    /// The value, unless it is missing or null.
    func value(_ key: String) -> ManifestNode? {
        guard let value = members.first(where: { $0.key == key })?.value, value.content != .scalar(.null) else {
            return nil
        }
        return value
    }

    func refuse(_ key: String, expected: String, got: String? = nil) {
        let member = members.first { $0.key == key }
        problems.add(
            FieldProblem(
                file: file, line: member?.line ?? node.line, path: place(key), expected: expected,
                got: got ?? member?.value.shown ?? "nothing"))
    }

    /// Refuses the object as a whole.
    func refuseAll(expected: String) {
        problems.add(FieldProblem(file: file, line: node.line, path: path, expected: expected, got: node.shown))
    }

    func require(_ key: String, _ expected: String) {
        if value(key) == nil, !isMisspelled(key) { refuse(key, expected: expected) }
    }

    private func scalar<T>(_ key: String, _ expected: String, _ convert: (JSONValue) -> T?) -> T? {
        guard let value = value(key) else { return nil }
        if case .scalar(let json) = value.content, let converted = convert(json) { return converted }
        refuse(key, expected: expected)
        return nil
    }

    func string(_ key: String, expected: String = "text") -> String? { scalar(key, expected) { $0.stringValue } }

    func bool(_ key: String) -> Bool? { scalar(key, "true or false") { $0.boolValue } }

    func integer(_ key: String, in range: ClosedRange<Int64>) -> Int64? {
        scalar(key, "an integer from \(range.lowerBound) to \(range.upperBound)") { json in
            json.integerValue.flatMap { range.contains($0) ? $0 : nil }
        }
    }

    /// Seconds.
    func duration(_ key: String, in range: ClosedRange<Int64>) -> Int64? {
        let bounds = "\(ManifestDuration.text(range.lowerBound)) to \(ManifestDuration.text(range.upperBound))"
        return scalar(key, "a duration like 15m, from \(bounds)") { json in
            json.stringValue.flatMap(ManifestDuration.seconds).flatMap { range.contains($0) ? $0 : nil }
        }
    }

    /// A resource's name.
    func name(_ key: String) -> String? {
        scalar(key, ResourceName.rule) { json in json.stringValue.flatMap { ResourceName.isValid($0) ? $0 : nil } }
    }

    /// A group: its name, or its path from the root.
    func group(_ key: String) -> String? {
        scalar(key, "a group's name or path, like root/servers") { json in
            json.stringValue.flatMap { text in
                text.split(separator: "/", omittingEmptySubsequences: false).allSatisfy {
                    ResourceName.isValid(String($0))
                } ? text : nil
            }
        }
    }

    func hostAndPort(_ key: String) -> String? {
        scalar(key, HostAndPort.rule) { json in json.stringValue.flatMap { HostAndPort.isValid($0) ? $0 : nil } }
    }

    func choice(_ key: String, _ choices: [String]) -> String? {
        scalar(key, "one of \(choices.joined(separator: ", "))") { json in
            json.stringValue.flatMap { choices.contains($0) ? $0 : nil }
        }
    }

    func object(_ key: String) -> ManifestFields? {
        value(key).map { ManifestFields($0, path: place(key), file: file, problems: problems) }
    }

    /// Any JSON object, taken as it is.
    func settings(_ key: String) -> JSONValue? {
        guard let value = value(key) else { return nil }
        guard case .object = value.content else {
            refuse(key, expected: "an object")
            return nil
        }
        return value.json
    }

    /// JSON objects by name.
    func objects(_ key: String) -> [String: JSONValue]? {
        guard let fields = object(key) else { return nil }
        var objects: [String: JSONValue] = [:]
        for member in fields.members {
            guard case .object = member.value.content else {
                fields.refuse(member.key, expected: "an object")
                continue
            }
            objects[member.key] = member.value.json
        }
        return objects
    }

    func strings(_ key: String) -> [String]? {
        guard let value = value(key) else { return nil }
        guard case .list(let elements) = value.content, !elements.isEmpty else {
            refuse(key, expected: "a list of names")
            return nil
        }
        let texts = elements.compactMap { $0.json.stringValue }
        guard texts.count == elements.count else {
            refuse(key, expected: "a list of names")
            return nil
        }
        return texts
    }

    /// A list of 1 to `limit` subnets.
    func subnets(_ key: String, atMost limit: Int) -> [Subnet]? {
        guard let texts = strings(key) else { return nil }
        let subnets = texts.compactMap(Subnet.init)
        guard subnets.count == texts.count, subnets.count <= limit else {
            refuse(
                key, expected: "1 to \(limit) subnets, like 10.1.0.0/16 or 2001:db8::/32",
                got: texts.first { Subnet($0) == nil } ?? "\(texts.count)")
            return nil
        }
        return subnets
    }

    /// The elements of a list, each an object of its own.
    func list(_ key: String, atMost limit: Int) -> [ManifestFields]? {
        guard let value = value(key) else { return nil }
        guard case .list(let elements) = value.content, !elements.isEmpty, elements.count <= limit else {
            refuse(key, expected: "a list of 1 to \(limit) objects")
            return nil
        }
        return elements.enumerated().map { index, element in
            ManifestFields(element, path: "\(place(key)).\(index)", file: file, problems: problems)
        }
    }

    /// Places in settings.
    func paths(_ key: String, atMost limit: Int) -> [SettingsPath]? {
        guard let value = value(key) else { return nil }
        guard case .list(let elements) = value.content, elements.count <= limit else {
            refuse(key, expected: "a list of at most \(limit) JSON pointers, like /maxFileSizeMiB")
            return nil
        }
        var paths: [SettingsPath] = []
        for (index, element) in elements.enumerated() {
            if let path = element.json.stringValue.flatMap(SettingsPath.init(pointer:)) {
                paths.append(path)
            } else {
                problems.add(
                    FieldProblem(
                        file: file, line: element.line ?? value.line, path: "\(place(key)).\(index)",
                        expected: "a JSON pointer into the settings, like /maxFileSizeMiB", got: element.shown))
            }
        }
        return paths.count == elements.count ? paths : nil
    }

    /// Whether the object has this many members, all of them known.
    var memberCount: Int { members.count }

    /// Texts by name; labels.
    func texts(_ key: String) -> [String: String]? {
        guard let fields = object(key) else { return nil }
        var texts: [String: String] = [:]
        for member in fields.members { texts[member.key] = fields.string(member.key) }
        return texts
    }
}
