import DesiredState
import Testing

@Suite struct BoundedPatternTests {
    @Test(
        "matches",
        arguments: [
            ("^[a-z0-9]([a-z0-9]*)$", "", true), ("^a+b?c{2,3}$", "aabccc", true), ("^a+b?c{2,3}$", "ac", false),
            ("b", "abc", true), ("^b", "abc", false), ("c$", "abc", true), ("^\\d{4}-\\d\\d$", "2026-11", true),
            ("^[^/]+$", "a/b", false), ("^.*$", "", true), ("^a{2}$", "aaa", false), ("^a{2,}$", "aaaa", true),
            ("^[a-z.-]+$", "a-b.c", true), ("", "anything", true),
        ])
    func matches(source: String, text: String, expected: Bool) throws {
        if source.contains("(") {
            #expect(throws: SchemaViolation.self) { try BoundedPattern(source) }
        } else {
            #expect(try BoundedPattern(source).matches(text) == expected)
        }
    }

    @Test func `a pattern made to backtrack ends at once`() throws {
        let pattern = try BoundedPattern("^a*a*a*a*a*a*a*a*a*a*b$")
        #expect(!pattern.matches(String(repeating: "a", count: 5_000)))
    }

    @Test(
        "what is not in the subset is refused",
        arguments: ["a|b", "(a)", "a**", "\\1", "[a", "a{5", "a{2,1}", "a{9999}", "*a"])
    func refused(source: String) {
        #expect(throws: SchemaViolation.self) { try BoundedPattern(source) }
    }
}
