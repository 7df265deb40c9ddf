import DesiredState

/// An error as the server tells it (RFC 9457).
struct APIProblem: Sendable {
    struct Place: Sendable {
        var file: String?
        var line: Int?
        var path: String
        var expected: String
        var got: String
    }

    let status: UInt
    let detail: String
    var places: [Place]

    init(status: UInt, json: JSONValue) {
        self.status = status
        detail = json["detail"]?.stringValue ?? json["title"]?.stringValue ?? "the server answered \(status)"
        places = (json["errors"]?.arrayValue ?? []).map { error in
            Place(
                file: error["file"]?.stringValue, line: error["line"]?.integerValue.map(Int.init(clamping:)),
                path: error["path"]?.stringValue ?? "", expected: error["expected"]?.stringValue ?? "",
                got: error["got"]?.stringValue ?? "")
        }
    }

    var code: ExitStatus {
        switch status {
        case 401, 403: .notAllowed
        case 404: .notFound
        case 409, 412: .conflict
        case 400, 413, 422: .invalidInput
        case 503: .unreachable
        default: .failed
        }
    }

    var error: CLIError {
        let lines = places.map { place in
            let position = [place.file, place.line.map(String.init)].compactMap(\.self).joined(separator: ":")
            let prefix = [position, place.path].filter { !$0.isEmpty }.map { $0 + ": " }.joined()
            return "  \(prefix)expected \(place.expected), got \(place.got)"
        }
        return CLIError(code, ([detail] + lines).joined(separator: "\n"), problem: self)
    }
}
