internal import DesiredState

extension PluginManifest {
    private static let members = [
        "id", "name", "vendor", "version", "abi", "library", "sha256", "units", "paths", "limits", "local", "settings",
        "tasks", "events", "statistics",
    ]

    /// Reads the text of a `plugin.yaml`; `file` is only named in errors.
    package init(yaml bytes: [UInt8], file: String) throws(YAMLError) {
        let root = try YAMLDocument.parse(bytes, file: file).members(Self.members)
        id = try Self.identifier(root.required("id"))
        name = try root.required("name").text()
        vendor = try root.required("vendor").text()
        version = try root.required("version").text()
        (abiMajor, abiMinor) = try Self.abi(root.required("abi"))
        library = try Self.fileName(root.required("library"))
        libraryDigest = try root["sha256"].map { (node) throws(YAMLError) in try Self.digest(node) }
        local = try Self.local(root["local"])
        units = try Self.units(root["units"])
        paths = try Self.paths(root["paths"], local: local)
        limits = try Self.limits(root["limits"])
        settings = try Self.schema(root["settings"])
        tasks = try Self.tasks(root["tasks"])
        events = try Self.events(root["events"])
        statistics = try Self.statistics(root["statistics"])
        digest = Digest.sha256(bytes)
    }

    /// Lower-case labels joined by dots, at least two: safe as a file name and in a URL.
    package static func isIdentifier(_ text: String) -> Bool {
        let labels = text.split(separator: ".", omittingEmptySubsequences: false)
        return labels.count >= 2 && text.utf8.count <= 63
            && labels.allSatisfy { label in
                !label.isEmpty && label.first != "-" && label.last != "-"
                    && label.utf8.allSatisfy { ($0 >= 0x61 && $0 <= 0x7A) || ($0 >= 0x30 && $0 <= 0x39) || $0 == 0x2D }
            }
    }

    private static func identifier(_ node: YAMLNode) throws(YAMLError) -> String {
        let expected = "a reverse domain name such as com.example.product"
        let text = try node.text(expected)
        guard isIdentifier(text) else { throw node.error(expected: expected) }
        return text
    }

    /// Words of letters, digits, dots and hyphens: names of tasks, events and series.
    private static func word(_ node: YAMLNode) throws(YAMLError) -> String {
        let expected = "a name of at most 63 of [a-z0-9.-]"
        let text = try node.text(expected)
        let isGood =
            !text.isEmpty && text.utf8.count <= 63
            && text.utf8.allSatisfy {
                ($0 >= 0x61 && $0 <= 0x7A) || ($0 >= 0x30 && $0 <= 0x39) || $0 == 0x2D || $0 == 0x2E
            }
        guard isGood else { throw node.error(expected: expected) }
        return text
    }

    private static func fileName(_ node: YAMLNode) throws(YAMLError) -> String {
        let text = try node.text()
        guard !text.isEmpty, !text.hasPrefix("."), !text.contains("/") else {
            throw node.error(expected: "the name of a file in the plugin's folder")
        }
        return text
    }

    private static func abi(_ node: YAMLNode) throws(YAMLError) -> (Int, Int) {
        let abi = try node.members(["major", "minor"])
        return (
            Int(try abi.required("major").integer(in: 1...65535)), Int(try abi.required("minor").integer(in: 0...65535))
        )
    }

    private static func digest(_ node: YAMLNode) throws(YAMLError) -> [UInt8] {
        let text = Array(try node.text().utf8)
        var bytes: [UInt8] = []
        for index in stride(from: 0, to: text.count - text.count % 2, by: 2) {
            guard let byte = UInt8(String(decoding: text[index..<index + 2], as: UTF8.self), radix: 16) else { break }
            bytes.append(byte)
        }
        guard text.count == 64, bytes.count == 32 else { throw node.error(expected: "64 hexadecimal digits") }
        return bytes
    }

    private static func local(_ node: YAMLNode?) throws(YAMLError) -> [String: String] {
        var local: [String: String] = [:]
        for entry in try node?.entries() ?? [] { local[entry.key] = try entry.value.text() }
        return local
    }

    private static func units(_ node: YAMLNode?) throws(YAMLError) -> [PluginUnitGrant] {
        var units: [PluginUnitGrant] = []
        for element in try node?.elements() ?? [] {
            let unit = try element.members(["unit", "why"])
            let place = try unit.required("unit")
            let name = try place.text()
            guard name == PluginUnitGrant.any || PluginUnitGrant.isPlain(name) else {
                throw place.error(expected: "the name of a unit, or \"*\" for those that the host's owner grants")
            }
            units.append(PluginUnitGrant(unit: name, reason: try unit.required("why").text()))
        }
        return units
    }

    private static func paths(
        _ node: YAMLNode?, local: [String: String]
    ) throws(YAMLError) -> [PluginPathGrant] {
        var paths: [PluginPathGrant] = []
        for element in try node?.elements() ?? [] {
            let grant = try element.members(["path", "why"])
            let place = try grant.required("path")
            let path = try expand(place, local: local)
            guard PluginPathGrant.isPlain(path) else {
                throw place.error(expected: "an absolute path without . and ..", got: path)
            }
            paths.append(PluginPathGrant(path: path, reason: try grant.required("why").text()))
        }
        return paths
    }

    /// `${name}` at the beginning of a path stands for the local value of that name.
    private static func expand(_ node: YAMLNode, local: [String: String]) throws(YAMLError) -> String {
        let text = try node.text()
        guard text.hasPrefix("${"), let end = text.firstIndex(of: "}") else { return text }
        let name = String(text[text.index(text.startIndex, offsetBy: 2)..<end])
        guard let value = local[name] else {
            throw node.error(expected: "a name from `local` in ${…}", got: name)
        }
        return value + text[text.index(after: end)...]
    }

    private static func limits(_ node: YAMLNode?) throws(YAMLError) -> PluginLimits {
        guard let node else { return PluginLimits() }
        let limits = try node.members(["memory", "files", "processes"])
        return PluginLimits(
            memory: try limits["memory"].map { (node) throws(YAMLError) in try node.bytes() },
            files: try limits["files"].map { (node) throws(YAMLError) in UInt64(try node.integer(in: 16...1_000_000)) },
            processes: try limits["processes"].map { (node) throws(YAMLError) in
                UInt64(try node.integer(in: 1...1_000_000))
            })
    }

    /// A JSON Schema; without one, an object without members.
    private static func schema(_ node: YAMLNode?) throws(YAMLError) -> SettingsSchema {
        guard let node else {
            var nothing = SettingsSchema()
            nothing.kinds = [.object]
            nothing.allowsOtherProperties = false
            return nothing
        }
        let json = try node.json()
        do throws(SchemaViolation) {
            return try SettingsSchema(json: json)
        } catch {
            throw (node.descendant(error.path) ?? node).error(expected: error.expected, got: error.got)
        }
    }

    private static func tasks(_ node: YAMLNode?) throws(YAMLError) -> [PluginTaskDefinition] {
        var tasks: [PluginTaskDefinition] = []
        for element in try node?.elements() ?? [] {
            let task = try element.members(["name", "title", "parameters", "idempotent", "resumable"])
            let name = try word(task.required("name"))
            try refuseAgain(name, in: tasks.map(\.name), at: element)
            tasks.append(
                PluginTaskDefinition(
                    name: name, title: try task["title"]?.text() ?? name, parameters: try schema(task["parameters"]),
                    isIdempotent: try task["idempotent"]?.boolean() ?? false,
                    isResumable: try task["resumable"]?.boolean() ?? false))
        }
        return tasks
    }

    private static func events(_ node: YAMLNode?) throws(YAMLError) -> [PluginEventDefinition] {
        var events: [PluginEventDefinition] = []
        for element in try node?.elements() ?? [] {
            let event = try element.members(["type", "severity", "text"])
            let type = try word(event.required("type"))
            try refuseAgain(type, in: events.map(\.type), at: element)
            events.append(
                PluginEventDefinition(
                    type: type, severity: try event.required("severity").word(),
                    text: try event.required("text").text()))
        }
        return events
    }

    private static func statistics(_ node: YAMLNode?) throws(YAMLError) -> [PluginStatisticDefinition] {
        var statistics: [PluginStatisticDefinition] = []
        for element in try node?.elements() ?? [] {
            let series = try element.members(["name", "unit", "kind", "title"])
            let name = try word(series.required("name"))
            try refuseAgain(name, in: statistics.map(\.name), at: element)
            statistics.append(
                PluginStatisticDefinition(
                    name: name, unit: try series.required("unit").text(), kind: try series.required("kind").word(),
                    title: try series["title"]?.text() ?? name))
        }
        return statistics
    }

    private static func refuseAgain(_ name: String, in names: [String], at node: YAMLNode) throws(YAMLError) {
        guard !names.contains(name) else { throw node.error(expected: "each name once", got: "\(name) again") }
    }
}

extension YAMLNode {
    /// The node at a JSON pointer below this one, as far as it exists.
    fileprivate func descendant(_ pointer: String) -> YAMLNode? {
        var node = self
        for part in pointer.split(separator: "/") {
            switch node.content {
            case .mapping(let entries):
                guard let entry = entries.first(where: { $0.key == part }) else { return node }
                node = entry.value
            case .sequence(let nodes):
                guard let index = Int(part), nodes.indices.contains(index) else { return node }
                node = nodes[index]
            case .scalar: return node
            }
        }
        return node
    }
}
