/// What nginx's module stub_status answers.
package struct StubStatus: Sendable, Hashable {
    package var active: Int64
    /// Since nginx was started.
    package var accepted: Int64
    package var handled: Int64
    package var requests: Int64
    package var reading: Int64
    package var writing: Int64
    package var waiting: Int64

    /// Nil when the text is no such answer.
    package init?(answer: String) {
        let lines = answer.split(separator: "\n")
        guard lines.count == 4, lines[0].hasPrefix("Active connections: "),
            lines[1] == "server accepts handled requests", lines[3].hasPrefix("Reading: ")
        else { return nil }
        let numbers = lines.map { line in line.split(separator: " ").compactMap { Int64($0) } }
        guard numbers[0].count == 1, numbers[2].count == 3, numbers[3].count == 3 else { return nil }
        active = numbers[0][0]
        (accepted, handled, requests) = (numbers[2][0], numbers[2][1], numbers[2][2])
        (reading, writing, waiting) = (numbers[3][0], numbers[3][1], numbers[3][2])
    }
}
