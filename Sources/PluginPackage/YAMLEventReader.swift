internal import CLibYAML

/// libyaml's parser over bytes that outlive it.
struct YAMLEventReader: ~Copyable {
    private let file: String
    private let parser: UnsafeMutablePointer<yaml_parser_t>

    /// Runs `body` with a reader of `bytes`.
    static func withReader<Result>(
        _ bytes: [UInt8], file: String, _ body: (inout YAMLEventReader) throws(YAMLError) -> Result
    ) throws(YAMLError) -> Result {
        let input = UnsafeMutableBufferPointer<UInt8>.allocate(capacity: max(bytes.count, 1))
        defer { input.deallocate() }
        _ = input.initialize(fromContentsOf: bytes)
        var reader = try YAMLEventReader(UnsafeBufferPointer(rebasing: input[..<bytes.count]), file: file)
        return try body(&reader)
    }

    private init(_ input: UnsafeBufferPointer<UInt8>, file: String) throws(YAMLError) {
        self.file = file
        let made = UnsafeMutablePointer<yaml_parser_t>.allocate(capacity: 1)
        made.initialize(to: yaml_parser_t())
        guard yaml_parser_initialize(made) == 1 else {
            made.deallocate()
            throw YAMLError(file: file, line: 0, column: 0, path: "", expected: "memory", got: "none")
        }
        parser = made
        yaml_parser_set_encoding(parser, YAML_UTF8_ENCODING)
        yaml_parser_set_input_string(parser, input.baseAddress, input.count)
    }

    deinit {
        yaml_parser_delete(parser)
        parser.deallocate()
    }

    mutating func next() throws(YAMLError) -> YAMLEvent {
        var event = yaml_event_t()
        guard yaml_parser_parse(parser, &event) == 1 else { throw problem() }
        defer { yaml_event_delete(&event) }
        let (kind, decorated) = Self.describe(event)
        return YAMLEvent(
            kind: kind, isDecorated: decorated, line: Int(event.start_mark.line) + 1,
            column: Int(event.start_mark.column) + 1)
    }

    private static func describe(_ event: yaml_event_t) -> (YAMLEvent.Kind, decorated: Bool) {
        switch event.type {
        case YAML_DOCUMENT_START_EVENT: return (.documentStart, false)
        case YAML_DOCUMENT_END_EVENT: return (.documentEnd, false)
        case YAML_STREAM_END_EVENT: return (.streamEnd, false)
        case YAML_ALIAS_EVENT: return (.alias, true)
        case YAML_SEQUENCE_START_EVENT:
            return (.sequenceStart, event.data.sequence_start.anchor != nil || event.data.sequence_start.tag != nil)
        case YAML_SEQUENCE_END_EVENT: return (.sequenceEnd, false)
        case YAML_MAPPING_START_EVENT:
            return (.mappingStart, event.data.mapping_start.anchor != nil || event.data.mapping_start.tag != nil)
        case YAML_MAPPING_END_EVENT: return (.mappingEnd, false)
        case YAML_SCALAR_EVENT:
            let scalar = event.data.scalar
            let text = UnsafeBufferPointer(start: scalar.value, count: scalar.length)
            return (
                .scalar(String(decoding: text, as: UTF8.self), quoted: scalar.style != YAML_PLAIN_SCALAR_STYLE),
                scalar.anchor != nil || scalar.tag != nil
            )
        default: return (.other, false)
        }
    }

    private func problem() -> YAMLError {
        let text = parser.pointee.problem.map { String(cString: $0) } ?? "no YAML"
        let mark = parser.pointee.problem_mark
        let offset = parser.pointee.error == YAML_READER_ERROR ? " at byte \(parser.pointee.problem_offset)" : ""
        return YAMLError(
            file: file, line: Int(mark.line) + 1, column: Int(mark.column) + 1, path: "", expected: "valid YAML",
            got: text + offset)
    }
}
