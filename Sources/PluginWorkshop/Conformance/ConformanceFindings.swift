/// What was found so far, by check. A rule that was broken once is broken, whatever else is found.
struct ConformanceFindings: Sendable {
    private var kept: Set<String> = []
    private var broken: [String: [String]] = [:]

    /// Most sentences about one rule.
    static let mostPerCheck = 5

    mutating func note(_ check: String, _ isKept: Bool, _ finding: @autoclosure () -> String) {
        guard !isKept else {
            kept.insert(check)
            return
        }
        let text = finding()
        let known = broken[check, default: []]
        guard known.count < Self.mostPerCheck, !known.contains(text) else { return }
        broken[check] = known + [text]
    }

    func has(_ check: String) -> Bool { kept.contains(check) || broken[check] != nil }

    /// In the order of the catalogue. What is found about a check that the catalogue lacks would be lost: a programming
    /// error, which a test looks for.
    var results: [ConformanceResult] {
        ConformanceCatalogue.all.map { check in
            let findings = broken[check.id] ?? []
            let outcome: ConformanceResult.Outcome =
                findings.isEmpty ? (kept.contains(check.id) ? .kept : .notSeen) : .broken
            return ConformanceResult(check: check, outcome: outcome, findings: findings)
        }
    }

    /// Checks that were noted and are in no catalogue.
    var unknown: [String] {
        let known = Set(ConformanceCatalogue.all.map(\.id))
        return kept.union(broken.keys).subtracting(known).sorted()
    }
}
