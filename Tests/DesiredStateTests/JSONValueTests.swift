import DesiredState
import Testing

@Suite struct JSONValueTests {
    @Test(
        "integers beyond 2^53 are refused instead of changed",
        arguments: ["9007199254740993", "-9007199254740993", "1e300"])
    func tooLarge(text: String) {
        #expect(throws: JSONError.self) { try JSONValue(parsing: text) }
    }

    @Test("broken documents are refused", arguments: ["", "{", "[1,,2]", "nul", "\"\\ud800\"", "{\"a\":1} x"])
    func broken(text: String) {
        #expect(throws: JSONError.self) { try JSONValue(parsing: text) }
    }

    @Test func `a document larger than the limit is refused before it is read`() {
        let text = "\"" + String(repeating: "x", count: 100) + "\""
        #expect(throws: JSONError.tooLarge(bytes: 102, limit: 50)) {
            try JSONValue(parsing: Array(text.utf8), maximumBytes: 50)
        }
    }

    @Test func `whole numbers are integers however they are written`() throws {
        #expect(try JSONValue(parsing: "[1, 1.0, 10e2, 1.5]") == [1, 1, 1000, 1.5])
    }
}
