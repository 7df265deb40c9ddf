internal import DesiredState

/// The shape that state and statistics share: {"instances": [{"instance": …}]}.
enum ReportDocument {
    static func instances(_ document: [UInt8], of what: String) throws(Refusal) -> [JSONValue] {
        let json: JSONValue
        do { json = try JSONValue(parsing: document) } catch { throw Refusal("\(what): \(error)") }
        guard let list = json["instances"]?.arrayValue else { throw Refusal("\(what) has no list `instances`") }
        return list
    }

    static func name(_ entry: JSONValue) throws(Refusal) -> String {
        guard let name = entry["instance"] else { return "" }
        guard let text = name.stringValue, text.utf8.count <= 128 else {
            throw Refusal("`instance` must be a text of at most 128 bytes")
        }
        return text
    }
}
