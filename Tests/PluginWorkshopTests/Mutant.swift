import Foundation
import PluginTestBench
import Testing

/// The C template with one rule broken, as `mutants.txt` has it.
struct Mutant: CustomTestStringConvertible, Sendable {
    let check: String
    var scenario = "life"
    /// Divides the limits of calls.
    var haste = 1
    var flags: [String] = []
    var areOnlyFlags = false
    var changes: [(from: String, to: String)] = []

    var testDescription: String { check }

    static let all: [Mutant] = {
        let path = "\(Built.sources)/Tests/PluginWorkshopTests/mutants.txt"
        return parse((try? String(contentsOfFile: path, encoding: .utf8)) ?? "")
    }()

    static func parse(_ text: String) -> [Mutant] {
        var mutants: [Mutant] = []
        var last: Character = "="
        for line in text.split(separator: "\n") {
            let rest = String(line.dropFirst(2))
            guard let kind = line.first, kind != "#" else { continue }
            if kind == "=" {
                mutants.append(Mutant(check: String(line.dropFirst(3))))
            } else if let index = mutants.indices.last {
                mutants[index].take(kind, rest, after: last)
            }
            last = kind
        }
        return mutants
    }

    private mutating func take(_ kind: Character, _ rest: String, after last: Character) {
        switch kind {
        case "!":
            let words = rest.split(separator: " ").map(String.init)
            switch words.first {
            case "scenario": scenario = words[1]
            case "haste": haste = Int(words[1]) ?? 1
            default:
                flags = Array(words.dropFirst())
                areOnlyFlags = words.first == "only-flags"
            }
        case "-" where last == "-": changes[changes.count - 1].from += "\n" + rest
        case "-": changes.append((rest, ""))
        case "+" where last == "+": changes[changes.count - 1].to += "\n" + rest
        case "+": changes[changes.count - 1].to = rest
        default: Issue.record("mutants.txt: a line begins with \(kind)")
        }
    }
}
