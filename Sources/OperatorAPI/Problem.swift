import DesiredState
import Hummingbird
import Manifests
import ServerCore
import ServerStore

/// An error as RFC 9457 has it.
struct Problem {
    var status: HTTPResponse.Status
    var code: String
    var title: String
    var detail: String
    var errors: [FieldProblem] = []
    var headers: HTTPFields = [:]

    init(_ error: any Error) {
        switch error {
        case let error as CoreError: self.init(core: error)
        case let error as ManifestError:
            self.init(
                status: .unprocessableContent, code: "invalid", title: "The input is not valid", detail: "see errors")
            errors = error.problems
        case let error as Unauthenticated:
            self.init(status: .unauthorized, code: "unauthenticated", title: "Not signed in", detail: error.reason)
            headers = [.wwwAuthenticate: "Bearer realm=\"martlet\""]
        case let error as Refusal:
            self.init(status: error.status, code: error.code, title: error.title, detail: error.detail)
            headers = error.headers
        case let error as StoreError where error.code == .full || error.code == .unavailable:
            self.init(
                status: .serviceUnavailable, code: "unavailable", title: "The store cannot be written now",
                detail: error.message)
        case let error as any HTTPResponseError:
            self.init(
                status: error.status, code: "http-\(error.status.code)", title: error.status.reasonPhrase, detail: "")
        case is CancellationError:
            self.init(
                status: .serviceUnavailable, code: "unavailable", title: "The server is stopping", detail: "try again")
        default:
            self.init(
                status: .internalServerError, code: "internal", title: "The server failed",
                detail: "see the server's log")
        }
    }

    private init(status: HTTPResponse.Status, code: String, title: String, detail: String) {
        self.status = status
        self.code = code
        self.title = title
        self.detail = detail
    }

    private init(core error: CoreError) {
        let (status, title): (HTTPResponse.Status, String) =
            switch error.code {
            case .notFound: (.notFound, "Not found")
            case .conflict: (.conflict, "It contradicts what exists")
            case .invalid: (.unprocessableContent, "The input is not valid")
            case .notAllowed: (.forbidden, "Not allowed")
            case .precondition: (.preconditionFailed, "Somebody changed it")
            case .unavailable: (.serviceUnavailable, "Not available now")
            default: (.internalServerError, "The server failed")
            }
        self.init(status: status, code: error.code.description, title: title, detail: error.message)
        errors = error.problems
    }

    var json: JSONValue {
        .object(
            fields: [
                "type": .string("urn:martlet:error:\(code)"), "title": .string(title),
                "status": .integer(Int64(status.code)), "detail": .string(detail),
                "errors": errors.isEmpty ? nil : .array(errors.map(Self.json)),
            ])
    }

    private static func json(_ problem: FieldProblem) -> JSONValue {
        .object(
            fields: [
                "file": problem.file.map { .string($0) }, "line": problem.line.map { .integer(Int64($0)) },
                "path": .string(problem.path), "expected": .string(problem.expected), "got": .string(problem.got),
            ])
    }

    var response: Response {
        var response = JSONResponse.make(json, status: status, contentType: "application/problem+json")
        for header in headers { response.headers[header.name] = header.value }
        return response
    }
}
