import DesiredState
import PluginWorkshop

/// Conformance for people and for programs.
enum ConformanceText {
    static let catalogue = Table(columns: [
        Table.Column("CHECK", path: "id"), Table.Column("RULE", path: "rule"),
        Table.Column("IF IT IS BROKEN", path: "remedy"),
    ])

    static func json(_ check: ConformanceCheck) -> JSONValue {
        ["id": .string(check.id), "rule": .string(check.rule), "remedy": .string(check.remedy)]
    }

    static func json(_ results: [ConformanceResult]) -> JSONValue {
        let checks = results.map { result -> JSONValue in
            guard case .object(var members) = json(result.check) else { return .null }
            members["outcome"] = .string(result.outcome.rawValue)
            members["findings"] = .array(result.findings.map { .string($0) })
            return .object(members)
        }
        let counts = ConformanceResult.Outcome.allCases.map { outcome in
            (outcome.rawValue, JSONValue.integer(Int64(results.count { $0.outcome == outcome })))
        }
        return ["checks": .array(checks), "summary": .object(Dictionary(uniqueKeysWithValues: counts))]
    }

    /// What is broken with what helps; then how many there are of each.
    static func text(_ results: [ConformanceResult], all: Bool) -> String {
        var lines: [String] = []
        for result in results where all || result.outcome == .broken {
            lines.append("\(word(result.outcome))  \(result.check.id): \(result.check.rule)")
            lines += result.findings.map { "          found: \(Terminal.escaped($0))" }
            if result.outcome == .broken { lines.append("          do:    \(result.check.remedy)") }
        }
        let counts = ConformanceResult.Outcome.allCases.map { outcome in
            "\(results.count { $0.outcome == outcome }) \(word(outcome).trimmingPrefix(" "))"
        }
        return (lines + ["\(results.count) checks: \(counts.joined(separator: ", "))"]).joined(separator: "\n")
    }

    private static func word(_ outcome: ConformanceResult.Outcome) -> String {
        switch outcome {
        case .kept: "kept"
        case .broken: "broken"
        case .notSeen: "not seen"
        }
    }

    /// Errors of the workshop as those of a command.
    static func checking<Result>(_ body: () throws -> Result) throws -> Result {
        do { return try body() } catch let error as CLIError { throw error } catch {
            throw CLIError(.invalidInput, "\(error)")
        }
    }
}
