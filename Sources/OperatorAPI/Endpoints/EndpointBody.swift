import DesiredState
import Hummingbird

/// What a request may carry.
struct EndpointBody: Sendable {
    /// The first is the one to use.
    let mediaTypes: [String]
    let schema: JSONValue
    let required: Bool

    static func json(_ schema: JSONValue, required: Bool = true) -> EndpointBody {
        EndpointBody(mediaTypes: ["application/json"], schema: schema, required: required)
    }

    /// A merge patch (RFC 7396) of an object's `spec`.
    static func patch(_ spec: JSONValue) -> EndpointBody {
        EndpointBody(
            mediaTypes: ["application/merge-patch+json", "application/json"],
            schema: Schema.object(["spec": Schema.patch(of: spec)], required: []), required: false)
    }

    /// Taken as they are.
    static let bytes = EndpointBody(
        mediaTypes: ["application/octet-stream"], schema: ["type": "string", "format": "binary"], required: true)

    static func manifests(_ schema: JSONValue) -> EndpointBody {
        EndpointBody(
            mediaTypes: ["application/yaml", "application/json"], schema: schema, required: true)
    }

    /// Throws when the request says that its body is something else. One that does not say is taken as what is expected.
    func check(_ request: Request) throws(Refusal) {
        let length = request.headers[.contentLength]
        let empty = length.map { $0 == "0" } ?? (request.headers[.transferEncoding] == nil)
        guard !empty, let given = request.headers[.contentType] else { return }
        let type = given.prefix { $0 != ";" }.filter { $0 != " " && $0 != "\t" }.lowercased()
        guard !mediaTypes.contains(type) else { return }
        throw Refusal.mediaType(given, expected: mediaTypes)
    }
}
