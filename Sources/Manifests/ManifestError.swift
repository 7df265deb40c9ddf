/// Everything that is wrong with a text of manifests, in the order of its lines.
package struct ManifestError: Error, Sendable, Equatable, CustomStringConvertible {
    package let problems: [FieldProblem]

    package init(_ problems: [FieldProblem]) { self.problems = problems }

    package var description: String { problems.map(\.description).joined(separator: "\n") }
}
