internal import DesiredState

/// Whether what a plugin reports is a state. Pure.
package enum StateCheck {
    static let instanceLimit = 256

    package static func instances(_ document: [UInt8]) throws(Refusal) -> [InstanceReport] {
        let list = try ReportDocument.instances(document, of: "state")
        guard list.count <= instanceLimit else { throw Refusal("state of more than \(instanceLimit) instances") }
        var reports: [InstanceReport] = []
        for entry in list { reports.append(try instance(entry)) }
        guard Set(reports.map(\.instance)).count == reports.count else {
            throw Refusal("state names an instance twice")
        }
        return reports
    }

    private static func instance(_ entry: JSONValue) throws(Refusal) -> InstanceReport {
        guard let word = entry["state"]?.stringValue else { throw Refusal("state of an instance has no `state`") }
        let details = entry["details"] ?? .object([:])
        guard details.objectValue != nil else { throw Refusal("`details` of a state must be an object") }
        return InstanceReport(
            instance: try ReportDocument.name(entry), state: InstanceReport.State(rawValue: word) ?? .unknown,
            version: entry["version"]?.stringValue ?? "", details: details)
    }
}
