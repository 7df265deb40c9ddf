import DesiredState

/// A parameter in the query or a header; all of them may be left out.
struct EndpointParameter: Sendable {
    let name: String
    let description: String
    let schema: JSONValue

    init(_ name: String, _ description: String, _ schema: JSONValue) {
        self.name = name
        self.description = description
        self.schema = schema
    }
}

extension EndpointParameter {
    static let page = [
        EndpointParameter(
            "limit", "How many items a page has at most.", Schema.integer(1...1_000, default: 100)),
        EndpointParameter("after", "`next` of the page before.", Schema.cursor),
    ]
    static let device = EndpointParameter("device", "A uid, the beginning of one, or a host name.", Schema.filled)
    static let application = EndpointParameter("application", "An application's id.", Schema.filled)
    static let waiting = [
        EndpointParameter(
            "wait", "How long to wait for something newer than `revision`, at most 60s.", Schema.duration),
        EndpointParameter("revision", "What the caller has seen.", Schema.integer(0...Schema.largestInteger)),
    ]
    static let confirmDevices = EndpointParameter(
        "confirmDevices", "How many devices may be concerned; 412 when the server's limit and this are exceeded.",
        Schema.integer(0...10_000_000))
    static let ifMatch = EndpointParameter(
        "If-Match", "The revision that the caller read, in quotes; 412 when somebody changed the object since.",
        ["type": "string", "pattern": #"^(\*|"[0-9]{1,15}")$"#])
}
