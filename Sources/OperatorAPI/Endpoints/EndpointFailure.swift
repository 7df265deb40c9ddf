import Hummingbird

/// The ways in which a request is refused; each is answered with a problem (RFC 9457).
enum EndpointFailure: String, Sendable, CaseIterable {
    case unauthenticated, notAllowed, notFound, conflict, precondition, tooLarge, mediaType, invalid, unavailable

    var status: HTTPResponse.Status {
        switch self {
        case .unauthenticated: .unauthorized
        case .notAllowed: .forbidden
        case .notFound: .notFound
        case .conflict: .conflict
        case .precondition: .preconditionFailed
        case .tooLarge: .contentTooLarge
        case .mediaType: .unsupportedMediaType
        case .invalid: .unprocessableContent
        case .unavailable: .serviceUnavailable
        }
    }

    var description: String {
        switch self {
        case .unauthenticated: "No token, or one that is unknown, revoked or expired."
        case .notAllowed: "The token's role may not do this. Nothing was read or changed."
        case .notFound: "There is no such object."
        case .conflict: "It contradicts what exists, or a name means more than one object."
        case .precondition: "Somebody changed the object since the revision in If-Match."
        case .tooLarge: "The body is too large."
        case .mediaType: "The body is of a type that is not understood."
        case .invalid: "The query, a header or the body is not valid; `errors` says where."
        case .unavailable: "The server is stopping, or its store cannot be used now."
        }
    }
}
