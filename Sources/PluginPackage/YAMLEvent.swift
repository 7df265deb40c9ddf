/// A step of libyaml's parser, with its place (from 1).
struct YAMLEvent {
    enum Kind {
        case documentStart, documentEnd, streamEnd, other
        case alias
        case scalar(String, quoted: Bool)
        case sequenceStart, sequenceEnd
        case mappingStart, mappingEnd
    }

    let kind: Kind
    /// Has an anchor or an explicit tag.
    let isDecorated: Bool
    let line: Int
    let column: Int
}
