import DesiredState
import Yams

extension ManifestNode {
    /// Values in one text, aliases counted as often as they are used.
    static let mostNodes = 100_000
    static let deepest = 64
    package static let largestText = 4 << 20

    /// The documents of a YAML (or JSON) text. Empty documents are left out.
    static func documents(in text: String, file: String?) throws(ManifestError) -> [ManifestNode] {
        guard text.utf8.count <= largestText else {
            throw ManifestError([
                FieldProblem(file: file, path: "", expected: "at most \(largestText) bytes", got: "\(text.utf8.count)")
            ])
        }
        try ManifestKeys.check(text, file: file)
        do {
            var budget = Budget(file: file)
            var documents: [ManifestNode] = []
            // Yams' own sequence of documents ends silently where the text breaks off; its parser says so.
            let parser = try Parser(yaml: text)
            while let node = try parser.nextRoot() {
                let converted = try budget.convert(node, depth: 0)
                if converted.content != .scalar(.null) { documents.append(converted) }
            }
            return documents
        } catch let error as ManifestError {
            throw error
        } catch {
            throw ManifestError([problem(error, in: text, file: file)])
        }
    }

    private static func problem(_ error: any Error, in text: String, file: String?) -> FieldProblem {
        guard let error = error as? YamlError else {
            return FieldProblem(file: file, path: "", expected: "YAML", got: "\(error)")
        }
        switch error {
        case .scanner(let context, let problem, let mark, _), .parser(let context, let problem, let mark, _),
            .composer(let context, let problem, let mark, _):
            if let line = indentedByTab(in: text, near: mark.line) {
                return FieldProblem(
                    file: file, line: line, path: "", expected: "YAML", got: "a tab; indent with spaces")
            }
            let got = [problem, context.map { "\($0)" }].compactMap(\.self).joined(separator: " ")
            return FieldProblem(file: file, line: mark.line, path: "", expected: "YAML", got: got)
        case .duplicatedKeysInMapping(let duplicates, let context):
            let keys = duplicates.joined(separator: ", ")
            return FieldProblem(
                file: file, line: context.mark.line, path: keys, expected: "each key once", got: "\(keys) twice")
        default:
            return FieldProblem(file: file, path: "", expected: "YAML", got: "\(error)")
        }
    }

    /// The parser stops at the line with the tab, or at the one before.
    private static func indentedByTab(in text: String, near line: Int) -> Int? {
        let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
        return [line, line + 1, line - 1].first { number in
            lines.indices.contains(number - 1)
                && lines[number - 1].prefix { $0 == " " || $0 == "\t" }.contains("\t")
        }
    }

    /// Bounds what a small text can unfold to.
    private struct Budget {
        let file: String?
        var left = ManifestNode.mostNodes

        mutating func convert(_ node: Node, depth: Int) throws(ManifestError) -> ManifestNode {
            left -= 1
            let line = node.mark?.line
            guard left >= 0, depth <= ManifestNode.deepest else {
                let limit =
                    left < 0 ? "at most \(ManifestNode.mostNodes) values" : "at most \(ManifestNode.deepest) levels"
                throw ManifestError([FieldProblem(file: file, line: line, path: "", expected: limit, got: "more")])
            }
            switch node {
            case .scalar(let scalar): return ManifestNode(.scalar(try value(of: node, scalar)), line: line)
            case .sequence(let sequence):
                var elements: [ManifestNode] = []
                for element in sequence { elements.append(try convert(element, depth: depth + 1)) }
                return ManifestNode(.list(elements), line: line)
            case .mapping(let mapping):
                var members: [Member] = []
                for (key, value) in mapping {
                    guard let name = key.scalar?.string else {
                        throw ManifestError([
                            FieldProblem(
                                file: file, line: key.mark?.line, path: "", expected: "a name as key",
                                got: "a list or an object")
                        ])
                    }
                    members.append(Member(key: name, line: key.mark?.line, value: try convert(value, depth: depth + 1)))
                }
                return ManifestNode(.object(members), line: line)
            case .alias:
                throw ManifestError([
                    FieldProblem(file: file, line: line, path: "", expected: "a value", got: "an alias of nothing")
                ])
            }
        }

        private func value(of node: Node, _ scalar: Node.Scalar) throws(ManifestError) -> JSONValue {
            guard scalar.style == .plain || scalar.style == .any else { return .string(scalar.string) }
            switch Resolver.default.resolveTag(of: node) {
            case .null: return .null
            case .bool: return Bool.construct(from: scalar).map { .bool($0) } ?? .string(scalar.string)
            case .int:
                guard let number = Int64.construct(from: scalar), number.magnitude <= JSONValue.largestInteger.magnitude
                else {
                    throw ManifestError([
                        FieldProblem(
                            file: file, line: node.mark?.line, path: "", expected: "an integer within ±2^53",
                            got: scalar.string)
                    ])
                }
                return .integer(number)
            case .float:
                guard let number = Double.construct(from: scalar), number.isFinite else {
                    return .string(scalar.string)
                }
                return .number(number)
            default: return .string(scalar.string)
            }
        }
    }
}
