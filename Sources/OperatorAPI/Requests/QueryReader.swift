import DesiredState
import Hummingbird
import Manifests
import ServerCore

/// The query of a request. A parameter that the route does not know is refused, not ignored.
struct QueryReader {
    private let request: Request

    init(_ request: Request, allowing names: Set<String> = []) throws(CoreError) {
        self.request = request
        for (name, _) in request.uri.queryParameters where !names.contains(String(name)) {
            let known = names.sorted().joined(separator: ", ")
            throw CoreError(
                .invalid, "unknown query parameter",
                problems: [
                    FieldProblem(
                        path: String(name), expected: known.isEmpty ? "no parameter" : "one of \(known)", got: "\(name)"
                    )
                ])
        }
    }

    func text(_ name: String) -> String? {
        request.uri.queryParameters[Substring(name)].flatMap { $0.isEmpty ? nil : String($0) }
    }

    func page() throws(CoreError) -> PageRequest {
        let limit = try integer("limit", in: 1...Int64(PageRequest.largest)).map(Int.init) ?? PageRequest.usual
        guard let cursor = text("after") else { return PageRequest(limit: limit) }
        return PageRequest(limit: limit, after: try Cursor.decode(cursor))
    }

    func integer(_ name: String, in range: ClosedRange<Int64>) throws(CoreError) -> Int64? {
        guard let text = text(name) else { return nil }
        guard let number = Int64(text), range.contains(number) else {
            throw wrong(name, "an integer from \(range.lowerBound) to \(range.upperBound)", text)
        }
        return number
    }

    func flag(_ name: String) throws(CoreError) -> Bool {
        switch text(name) {
        case nil, "false": return false
        case "true": return true
        case let other?: throw wrong(name, "true or false", other)
        }
    }

    /// Seconds, at most `longest`.
    func duration(_ name: String, longest: Int64) throws(CoreError) -> Int64? {
        guard let text = text(name) else { return nil }
        guard let seconds = ManifestDuration.seconds(text), (0...longest).contains(seconds) else {
            throw wrong(name, "a duration like 20s, at most \(ManifestDuration.text(longest))", text)
        }
        return seconds
    }

    func wrong(_ name: String, _ expected: String, _ got: String) -> CoreError {
        CoreError(
            .invalid, "a query parameter is not valid",
            problems: [FieldProblem(path: name, expected: expected, got: got)])
    }
}
