import DesiredState

extension JSONValue {
    func value(at path: [String]) -> JSONValue? {
        path.reduce(Optional(self)) { $0?[$1] }
    }

    /// nil where there is nothing to show.
    func text(at path: [String]) -> String? {
        guard let value = value(at: path) else { return nil }
        switch value {
        case .null: return nil
        case .string(let text): return text.isEmpty ? nil : text
        case .bool(let flag): return flag ? "yes" : "no"
        default: return CanonicalJSON.text(value)
        }
    }

    func text(at path: String...) -> String? { text(at: path) }
}
