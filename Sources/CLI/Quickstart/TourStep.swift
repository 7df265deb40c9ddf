import DesiredState

/// One step of the tour and what came of it.
struct TourStep: Sendable {
    let name: String
    let ok: Bool
    let milliseconds: Int64
    /// What was seen, or why not.
    let detail: String

    var text: String {
        let padded = name + String(repeating: " ", count: max(1, 18 - name.count))
        return "\(ok ? "ok  " : "FAIL") \(padded)\(milliseconds) ms  \(detail)"
    }

    var json: JSONValue {
        ["name": .string(name), "ok": .bool(ok), "milliseconds": .integer(milliseconds), "detail": .string(detail)]
    }
}

struct TourReport: Sendable {
    var steps: [TourStep] = []

    var isComplete: Bool { steps.allSatisfy(\.ok) && steps.count == Tour.names.count }
    var failed: [String] { Tour.names.filter { name in !steps.contains { $0.name == name && $0.ok } } }
    var json: JSONValue { ["steps": .array(steps.map(\.json))] }
}
