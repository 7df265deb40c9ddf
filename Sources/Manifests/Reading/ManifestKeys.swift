internal import CYaml

/// Refuses keys that are lists or objects, before Yams makes values of the text: it hashes every key whole, and a few lines
/// of aliases of aliases as a key would keep it busy for ever.
struct ManifestKeys: ~Copyable {
    /// One list or object that is open; `key` says whether a key comes next.
    private struct Open {
        var isObject: Bool
        var key: Bool
    }

    private let file: String?
    private var open: [Open] = []
    /// Anchors that name lists or objects.
    private var collections: Set<String> = []

    private init(file: String?) { self.file = file }

    /// Throws at the first such key. What is no YAML is left for Yams to say.
    static func check(_ text: String, file: String?) throws(ManifestError) {
        let bytes = Array(text.utf8)
        let parser = UnsafeMutablePointer<yaml_parser_t>.allocate(capacity: 1)
        defer { parser.deallocate() }
        let input = UnsafeMutableBufferPointer<UInt8>.allocate(capacity: max(bytes.count, 1))
        defer { input.deallocate() }
        _ = input.initialize(fromContentsOf: bytes)
        guard yaml_parser_initialize(parser) == 1 else { return }
        defer { yaml_parser_delete(parser) }
        yaml_parser_set_encoding(parser, YAML_UTF8_ENCODING)
        yaml_parser_set_input_string(parser, input.baseAddress, bytes.count)
        var keys = ManifestKeys(file: file)
        while true {
            var event = yaml_event_t()
            guard yaml_parser_parse(parser, &event) == 1 else { return }
            defer { yaml_event_delete(&event) }
            if event.type == YAML_STREAM_END_EVENT { return }
            try keys.take(event)
        }
    }

    private mutating func take(_ event: yaml_event_t) throws(ManifestError) {
        switch event.type {
        case YAML_SCALAR_EVENT:
            if let name = Self.text(event.data.scalar.anchor) { collections.remove(name) }
            _ = step()
        case YAML_ALIAS_EVENT:
            let name = Self.text(event.data.alias.anchor) ?? ""
            if step(), collections.contains(name) { throw refusal(event) }
        case YAML_SEQUENCE_START_EVENT:
            try start(event, isObject: false, anchor: event.data.sequence_start.anchor)
        case YAML_MAPPING_START_EVENT:
            try start(event, isObject: true, anchor: event.data.mapping_start.anchor)
        case YAML_SEQUENCE_END_EVENT, YAML_MAPPING_END_EVENT: _ = open.popLast()
        default: break
        }
    }

    private mutating func start(
        _ event: yaml_event_t, isObject: Bool, anchor: UnsafeMutablePointer<UInt8>?
    ) throws(ManifestError) {
        if step() { throw refusal(event) }
        if let name = Self.text(anchor) { collections.insert(name) }
        open.append(Open(isObject: isObject, key: isObject))
    }

    /// Goes past one value; whether it is a key.
    private mutating func step() -> Bool {
        guard let last = open.indices.last, open[last].isObject else { return false }
        let isKey = open[last].key
        open[last].key = !isKey
        return isKey
    }

    private func refusal(_ event: yaml_event_t) -> ManifestError {
        ManifestError([
            FieldProblem(
                file: file, line: Int(event.start_mark.line) + 1, path: "", expected: "a name as key",
                got: "a list or an object")
        ])
    }

    private static func text(_ name: UnsafeMutablePointer<UInt8>?) -> String? { name.map { String(cString: $0) } }
}
