import Hummingbird

/// A request that HTTP itself has a word for.
struct Refusal: Error {
    let status: HTTPResponse.Status
    let code: String
    let title: String
    let detail: String
    var headers: HTTPFields = [:]

    static func method(_ method: String, allowed: [String]) -> Refusal {
        let list = allowed.joined(separator: ", ")
        return Refusal(
            status: .methodNotAllowed, code: "method", title: "Not a method of this address",
            detail: "expected one of \(list), got \(method)", headers: [.allow: list])
    }

    static func mediaType(_ given: String, expected: [String]) -> Refusal {
        let list = expected.joined(separator: ", ")
        return Refusal(
            status: .unsupportedMediaType, code: "media-type", title: "Not a type that is understood",
            detail: "Content-Type: expected \(list), got \(given)", headers: [.accept: list])
    }

    static func tooLarge(_ limit: Int) -> Refusal {
        Refusal(
            status: .contentTooLarge, code: "too-large", title: "The body is too large",
            detail: "the body is larger than \(limit) bytes")
    }
}
