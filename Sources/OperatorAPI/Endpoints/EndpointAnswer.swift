import DesiredState
import Hummingbird

/// What an endpoint answers when it did what it was asked.
struct EndpointAnswer: Sendable {
    let status: HTTPResponse.Status
    let description: String
    let mediaType: String?
    let schema: JSONValue?
    /// Whether an `ETag` with the object's revision comes with it.
    let revision: Bool

    static func json(_ schema: JSONValue, _ description: String, revision: Bool = false) -> EndpointAnswer {
        EndpointAnswer(
            status: .ok, description: description, mediaType: "application/json", schema: schema, revision: revision)
    }

    static func accepted(_ schema: JSONValue, _ description: String) -> EndpointAnswer {
        EndpointAnswer(
            status: .accepted, description: description, mediaType: "application/json", schema: schema, revision: false)
    }

    static func created(_ schema: JSONValue, _ description: String) -> EndpointAnswer {
        EndpointAnswer(
            status: .created, description: description, mediaType: "application/json", schema: schema, revision: false)
    }

    static let deleted = EndpointAnswer(
        status: .noContent, description: "It is gone.", mediaType: nil, schema: nil, revision: false)

    static let bytes = EndpointAnswer(
        status: .ok, description: "The bytes; `ETag` is their SHA-256.", mediaType: "application/octet-stream",
        schema: ["type": "string", "format": "binary"], revision: false)

    static let events = EndpointAnswer(
        status: .ok, description: "Server-sent events: `data` is an Event, `id` a cursor.",
        mediaType: "text/event-stream", schema: ["type": "string"], revision: false)
}
