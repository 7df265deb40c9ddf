import DesiredState
import DeviceProtocol
import Manifests
import ServerCore

/// The query of a request. A parameter that the endpoint does not know, or that comes twice or empty, is refused, not ignored.
struct QueryReader: Sendable {
    /// Seconds.
    static let longestWait: Int64 = 60

    struct Value: Sendable {
        let name: String
        let value: String
    }

    private let values: [String: String]

    /// Name and value of each parameter, as forms write them; nil unless every one is percent-encoded UTF-8.
    static func parse(_ query: String) -> [Value]? {
        var values: [Value] = []
        for part in query.split(separator: "&") {
            let pair = part.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            guard let name = PercentEncoding.decode(pair[0], plus: UInt8(ascii: " ")),
                let value = PercentEncoding.decode(pair.count > 1 ? pair[1] : "", plus: UInt8(ascii: " "))
            else { return nil }
            values.append(Value(name: name, value: value))
        }
        return values
    }

    init(_ parsed: [Value]?, allowing names: [String]) throws(CoreError) {
        guard let parsed else {
            throw CoreError(.invalid, "the query is not percent-encoded UTF-8 without NUL")
        }
        var values: [String: String] = [:]
        for item in parsed {
            guard names.contains(item.name) else {
                let known = names.sorted().joined(separator: ", ")
                throw CoreError(
                    .invalid, "unknown query parameter",
                    problems: [
                        FieldProblem(
                            path: item.name, expected: known.isEmpty ? "no parameter" : "one of \(known)",
                            got: item.name)
                    ])
            }
            // A script's variable that is not set must not turn one device's events into everybody's.
            guard !item.value.isEmpty else { throw Self.wrong(item.name, "a value, or to be left out", "nothing") }
            guard values.updateValue(item.value, forKey: item.name) == nil else {
                throw Self.wrong(item.name, "one value", "several")
            }
        }
        self.values = values
    }

    /// nil when it is not there.
    func text(_ name: String) -> String? { values[name] }

    func page() throws(CoreError) -> PageRequest {
        let limit = try integer("limit", in: 1...Int64(PageRequest.largest)).map(Int.init) ?? PageRequest.usual
        guard let cursor = text("after") else { return PageRequest(limit: limit) }
        return PageRequest(limit: limit, after: try Cursor.decode(cursor))
    }

    func integer(_ name: String, in range: ClosedRange<Int64>) throws(CoreError) -> Int64? {
        guard let text = text(name) else { return nil }
        guard let number = Int64(text), range.contains(number) else {
            throw Self.wrong(name, "an integer from \(range.lowerBound) to \(range.upperBound)", text)
        }
        return number
    }

    func choice(_ name: String, _ choices: [String]) throws(CoreError) -> String? {
        guard let text = text(name) else { return nil }
        guard choices.contains(text) else {
            throw Self.wrong(name, "one of \(choices.joined(separator: ", "))", text)
        }
        return text
    }

    func identifier(_ name: String) throws(CoreError) -> Identifier? {
        guard let text = text(name) else { return nil }
        guard let id = Identifier(text) else { throw Self.wrong(name, "a UUID", text) }
        return id
    }

    func flag(_ name: String) throws(CoreError) -> Bool {
        switch text(name) {
        case nil, "false": return false
        case "true": return true
        case let other?: throw Self.wrong(name, "true or false", other)
        }
    }

    func confirmedDevices() throws(CoreError) -> Int? {
        try integer("confirmDevices", in: 0...10_000_000).map { Int($0) }
    }

    /// Seconds, at most `longest`.
    func duration(_ name: String, longest: Int64) throws(CoreError) -> Int64? {
        guard let text = text(name) else { return nil }
        guard let seconds = ManifestDuration.seconds(text), (0...longest).contains(seconds) else {
            throw Self.wrong(name, "a duration like 20s, at most \(ManifestDuration.text(longest))", text)
        }
        return seconds
    }

    /// How long to wait for something newer than which revision.
    func waiting() throws(CoreError) -> (wait: Duration, revision: Int64) {
        let seconds = try duration("wait", longest: Self.longestWait) ?? 0
        return (.seconds(seconds), try integer("revision", in: 0...JSONValue.largestInteger) ?? 0)
    }

    static func wrong(_ name: String, _ expected: String, _ got: String) -> CoreError {
        CoreError(
            .invalid, "a query parameter is not valid",
            problems: [FieldProblem(path: name, expected: expected, got: got)])
    }
}
