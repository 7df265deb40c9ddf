import DesiredState
import Hummingbird
import Manifests
import NIOCore
import ServerCore

/// The body of a request.
enum BodyReader {
    /// Throws a refusal when it is larger than `ManifestNode.largestText`, `invalid` when it is not UTF-8.
    static func text(_ request: Request) async throws -> String {
        let buffer: ByteBuffer
        do {
            buffer = try await request.body.collect(upTo: ManifestNode.largestText)
        } catch is NIOTooManyBytesError {
            throw Refusal.tooLarge(ManifestNode.largestText)
        }
        guard let text = String(validating: buffer.readableBytesView, as: UTF8.self) else {
            throw CoreError(.invalid, "the body is not UTF-8")
        }
        return text
    }

    /// An object whose members are all among `names`. An empty body is an empty object.
    static func object(_ request: Request, allowing names: Set<String>) async throws -> [String: JSONValue] {
        let members = try await object(request)
        for name in members.keys.sorted() where !names.contains(name) {
            let known = names.sorted().joined(separator: ", ")
            throw wrong(name, known.isEmpty ? "no field" : "one of \(known)", "unknown field \"\(name)\"")
        }
        return members
    }

    /// A member that is a string, nil when it is left out.
    static func string(_ name: String, in body: [String: JSONValue], _ expected: String) throws(CoreError) -> String? {
        guard let value = body[name] else { return nil }
        guard let text = value.stringValue, !text.contains("\0") else { throw wrong(name, expected, value.typeName) }
        return text
    }

    private static func object(_ request: Request) async throws -> [String: JSONValue] {
        let text = try await text(request)
        if text.isEmpty { return [:] }
        let json: JSONValue
        do {
            json = try JSONValue(parsing: text)
        } catch {
            throw CoreError(.invalid, "the body is not JSON: \(error)")
        }
        guard case .object(let members) = json else { throw wrong("", "an object", json.typeName) }
        return members
    }

    static func wrong(_ path: String, _ expected: String, _ got: String) -> CoreError {
        CoreError(
            .invalid, "the body is not valid", problems: [FieldProblem(path: path, expected: expected, got: got)])
    }
}
