import DesiredState
import Foundation
import ServerCore

/// Where a list or a stream goes on. Opaque to clients; nothing secret, and nothing is trusted that comes back.
enum Cursor {
    static let longest = 2_048

    static func encode(_ key: [String]) -> String {
        let json = CanonicalJSON.encode(.array(key.map { .string($0) }))
        return Data(json).base64EncodedString().replacing("+", with: "-").replacing("/", with: "_").replacing(
            "=", with: "")
    }

    static func decode(_ text: String) throws(CoreError) -> [String] {
        var base64 = text.replacing("-", with: "+").replacing("_", with: "/")
        base64 += String(repeating: "=", count: (4 - base64.count % 4) % 4)
        guard text.utf8.count <= longest, let data = Data(base64Encoded: base64),
            let json = try? JSONValue(parsing: data), let elements = json.arrayValue
        else { throw CoreError(.invalid, "the cursor is not one of ours; begin again without it") }
        let key = elements.compactMap(\.stringValue)
        guard !key.isEmpty, key.count == elements.count else {
            throw CoreError(.invalid, "the cursor is not one of ours; begin again without it")
        }
        return key
    }
}
