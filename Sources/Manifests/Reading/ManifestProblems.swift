/// Collects what is wrong, so that an operator sees all of it at once.
final class ManifestProblems {
    static let most = 50
    private(set) var found: [FieldProblem] = []

    func add(_ problem: FieldProblem) { if found.count < Self.most { found.append(problem) } }
}
