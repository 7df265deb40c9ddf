import DesiredState
import Testing

@Suite struct CanonicalJSONTests {
    @Test(
        "numbers are written as ECMAScript writes them",
        arguments: [
            (0.0, "0"), (-0.0, "0"), (1.5, "1.5"), (1e21, "1e+21"), (123456.789, "123456.789"), (1e-7, "1e-7"),
            (0.000001, "0.000001"), (.leastNonzeroMagnitude, "5e-324"),
            (1.7976931348623157e308, "1.7976931348623157e+308"),
            (9007199254740993.0, "9007199254740992"), (333333333.33333329, "333333333.3333333"), (-1e-27, "-1e-27"),
        ])
    func number(value: Double, text: String) { #expect(CanonicalJSON.text(.number(value)) == text) }

    @Test func `members are sorted by UTF-16 units, not by scalars`() {
        let value: JSONValue = ["\u{1F600}": 1, "\u{FB33}": 2, "a": 3]
        #expect(CanonicalJSON.text(value) == "{\"a\":3,\"\u{1F600}\":1,\"\u{FB33}\":2}")
    }

    @Test func `control characters are escaped in the short form where there is one`() {
        #expect(CanonicalJSON.text("\u{8}\t\n\u{c}\r\u{1}\"\\/€") == #""\b\t\n\f\r\u0001\"\\/€""#)
    }

    @Test func `what is written reads back as the same value`() throws {
        let value: JSONValue = ["a": [1, -2.5, "x\u{0}y", .null, true, ["b": [:]]], "": 9_007_199_254_740_991]
        #expect(try JSONValue(parsing: CanonicalJSON.encode(value)) == value)
    }
}
