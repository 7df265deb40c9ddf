/// Builds nodes from the parser's steps.
struct YAMLTreeBuilder {
    let file: String

    mutating func document(from reader: inout YAMLEventReader) throws(YAMLError) -> YAMLNode {
        var event = try reader.next()
        while case .other = event.kind { event = try reader.next() }
        guard case .documentStart = event.kind else {
            throw error(event, path: "", expected: "a YAML document", got: "an empty file")
        }
        let root = try node(try reader.next(), path: "", depth: 0, from: &reader)
        _ = try reader.next()
        let end = try reader.next()
        guard case .streamEnd = end.kind else {
            throw error(end, path: "", expected: "one document", got: "another one")
        }
        return root
    }

    private func node(
        _ event: YAMLEvent, path: String, depth: Int, from reader: inout YAMLEventReader
    ) throws(YAMLError) -> YAMLNode {
        guard !event.isDecorated else {
            throw error(event, path: path, expected: "a plain node", got: "an anchor, an alias or a tag")
        }
        guard depth <= YAMLDocument.maximumDepth else {
            throw error(event, path: path, expected: "at most \(YAMLDocument.maximumDepth) levels", got: "more")
        }
        switch event.kind {
        case .scalar(let text, let quoted): return make(.scalar(text, quoted: quoted), event, path)
        case .sequenceStart: return make(.sequence(try sequence(path, depth, from: &reader)), event, path)
        case .mappingStart: return make(.mapping(try mapping(path, depth, from: &reader)), event, path)
        default: throw error(event, path: path, expected: "a node", got: "nothing")
        }
    }

    private func sequence(
        _ path: String, _ depth: Int, from reader: inout YAMLEventReader
    ) throws(YAMLError) -> [YAMLNode] {
        var nodes: [YAMLNode] = []
        while true {
            let event = try reader.next()
            if case .sequenceEnd = event.kind { return nodes }
            nodes.append(try node(event, path: "\(path)/\(nodes.count)", depth: depth + 1, from: &reader))
        }
    }

    private func mapping(
        _ path: String, _ depth: Int, from reader: inout YAMLEventReader
    ) throws(YAMLError) -> [YAMLEntry] {
        var entries: [YAMLEntry] = []
        var seen: Set<String> = []
        while true {
            let event = try reader.next()
            if case .mappingEnd = event.kind { return entries }
            guard case .scalar(let key, _) = event.kind, !event.isDecorated else {
                throw error(event, path: path, expected: "a text as key", got: "something else")
            }
            let place = path + "/" + Self.escape(key)
            guard seen.insert(key).inserted else {
                throw error(event, path: place, expected: "each key once", got: "\(key) again")
            }
            let value = try node(try reader.next(), path: place, depth: depth + 1, from: &reader)
            entries.append(YAMLEntry(key: key, value: value, line: event.line, column: event.column))
        }
    }

    private func make(_ content: YAMLNode.Content, _ event: YAMLEvent, _ path: String) -> YAMLNode {
        YAMLNode(content: content, file: file, line: event.line, column: event.column, path: path)
    }

    private func error(_ event: YAMLEvent, path: String, expected: String, got: String) -> YAMLError {
        YAMLError(file: file, line: event.line, column: event.column, path: path, expected: expected, got: got)
    }

    private static func escape(_ key: String) -> String {
        guard key.utf8.contains(where: { $0 == UInt8(ascii: "~") || $0 == UInt8(ascii: "/") }) else { return key }
        return key.reduce(into: "") { $0 += $1 == "~" ? "~0" : $1 == "/" ? "~1" : String($1) }
    }
}
