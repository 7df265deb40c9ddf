/// A regular expression without groups, alternatives or back-references, matched in time linear in text × pattern.
///
/// Atoms are literals, `.`, `\d \w \s` and classes like `[a-z0-9_.-]` or `[^/]`, each with `* + ?` or `{m}`, `{m,n}`;
/// `^` and `$` anchor. A settings schema comes from a vendor and its text from an operator: neither may be able to
/// make the other's process spin.
package struct BoundedPattern: Sendable, Hashable {
    package static let longestSource = 256
    package static let longestRepeat = 1_000

    package let source: String
    private var atoms: [Atom] = []
    private var anchoredStart = false
    private var anchoredEnd = false

    private struct Atom: Hashable, Sendable {
        var ranges: [ClosedRange<UInt32>]
        var negated = false
        var minimum = 1
        /// nil for no bound.
        var maximum: Int? = 1

        func accepts(_ scalar: Unicode.Scalar) -> Bool {
            ranges.contains { $0.contains(scalar.value) } != negated
        }
    }

    package init(_ source: String, at path: String = "") throws(SchemaViolation) {
        self.source = source
        let scalars = Array(source.unicodeScalars)
        guard scalars.count <= Self.longestSource else {
            throw SchemaViolation(
                path: path, expected: "a pattern of at most \(Self.longestSource) characters", got: "\(scalars.count)")
        }
        var reader = Reader(scalars: scalars, path: path)
        if reader.take("^") { anchoredStart = true }
        while let scalar = reader.next() {
            if scalar == "$", reader.atEnd {
                anchoredEnd = true
                break
            }
            var atom = try reader.atom(from: scalar)
            try reader.quantify(&atom)
            atoms.append(atom)
        }
    }

    /// Thompson's simulation: the set of places in the pattern that the text read so far can have reached.
    package func matches(_ text: String) -> Bool {
        var states: Set<State> = []
        add(State(atom: 0, count: 0), to: &states)
        if states.contains(where: { $0.atom == atoms.count }), !anchoredEnd { return true }
        for scalar in text.unicodeScalars {
            var following: Set<State> = []
            for state in states where state.atom < atoms.count && atoms[state.atom].accepts(scalar) {
                add(State(atom: state.atom, count: state.count + 1), to: &following)
            }
            if !anchoredStart { add(State(atom: 0, count: 0), to: &following) }
            states = following
            if !anchoredEnd, states.contains(where: { $0.atom == atoms.count }) { return true }
            if states.isEmpty { return false }
        }
        return states.contains { $0.atom == atoms.count }
    }

    private struct State: Hashable {
        var atom: Int
        var count: Int
    }

    /// Adds a state and all that follow it without reading a character.
    private func add(_ start: State, to states: inout Set<State>) {
        var state = start
        while true {
            guard state.atom < atoms.count else {
                states.insert(State(atom: atoms.count, count: 0))
                return
            }
            let atom = atoms[state.atom]
            if atom.maximum == nil { state.count = min(state.count, max(atom.minimum, 1)) }
            if atom.maximum.map({ state.count < $0 }) ?? true { states.insert(state) }
            guard state.count >= atom.minimum else { return }
            state = State(atom: state.atom + 1, count: 0)
        }
    }

    private struct Reader {
        let scalars: [Unicode.Scalar]
        let path: String
        var index = 0

        var atEnd: Bool { index == scalars.count }
        var peek: Unicode.Scalar? { atEnd ? nil : scalars[index] }

        mutating func next() -> Unicode.Scalar? {
            guard !atEnd else { return nil }
            defer { index += 1 }
            return scalars[index]
        }

        mutating func take(_ scalar: Unicode.Scalar) -> Bool {
            guard peek == scalar else { return false }
            index += 1
            return true
        }

        func refuse(_ got: String) -> SchemaViolation {
            SchemaViolation(path: path, expected: "a pattern without groups, alternatives or back-references", got: got)
        }

        mutating func atom(from scalar: Unicode.Scalar) throws(SchemaViolation) -> Atom {
            switch scalar {
            case ".": return Atom(ranges: [0...0x10FFFF])
            case "[": return try characterClass()
            case "\\": return Atom(ranges: try escaped())
            case "(", ")", "|", "*", "+", "?", "{", "}", "]", "^", "$": throw refuse("\(scalar) at character \(index)")
            default: return Atom(ranges: [scalar.value...scalar.value])
            }
        }

        private mutating func escaped() throws(SchemaViolation) -> [ClosedRange<UInt32>] {
            guard let scalar = next() else { throw refuse("\\ at the end") }
            switch scalar {
            case "d": return [48...57]
            case "w": return [48...57, 65...90, 95...95, 97...122]
            case "s": return [9...13, 32...32]
            default:
                guard !scalar.properties.isAlphabetic, !("0"..."9").contains(scalar) else {
                    throw refuse("\\\(scalar)")
                }
                return [scalar.value...scalar.value]
            }
        }

        private mutating func characterClass() throws(SchemaViolation) -> Atom {
            var atom = Atom(ranges: [])
            atom.negated = take("^")
            while let scalar = next() {
                if scalar == "]", !atom.ranges.isEmpty { return atom }
                if scalar == "\\" {
                    atom.ranges += try escaped()
                } else if peek == "-", index + 1 < scalars.count, scalars[index + 1] != "]" {
                    index += 1
                    guard let last = next(), scalar.value <= last.value else { throw refuse("a range out of order") }
                    atom.ranges.append(scalar.value...last.value)
                } else {
                    atom.ranges.append(scalar.value...scalar.value)
                }
            }
            throw refuse("[ without ]")
        }

        mutating func quantify(_ atom: inout Atom) throws(SchemaViolation) {
            if take("*") {
                atom.minimum = 0
                atom.maximum = nil
            } else if take("+") {
                atom.maximum = nil
            } else if take("?") {
                atom.minimum = 0
            } else if take("{") {
                try readBounds(&atom)
            }
        }

        private mutating func readBounds(_ atom: inout Atom) throws(SchemaViolation) {
            var text = ""
            var closed = false
            while !closed, let scalar = next() {
                closed = scalar == "}"
                if !closed { text.unicodeScalars.append(scalar) }
            }
            guard closed else { throw refuse("{ without }") }
            let parts = text.split(separator: ",", omittingEmptySubsequences: false)
            guard (1...2).contains(parts.count), let low = Int(parts[0]),
                (0...BoundedPattern.longestRepeat).contains(low)
            else { throw refuse("{\(text)}") }
            atom.minimum = low
            guard parts.count == 2 else {
                atom.maximum = low
                return
            }
            guard !parts[1].isEmpty else {
                atom.maximum = nil
                return
            }
            guard let high = Int(parts[1]), (low...BoundedPattern.longestRepeat).contains(high) else {
                throw refuse("{\(text)}")
            }
            atom.maximum = high
        }
    }
}
