import Testing

@testable import OperatorAPI

@Suite struct PercentEncodingTests {
    @Test("escapes become what they stand for")
    func decodes() {
        for (text, expected) in [
            ("", ""), ("web-1", "web-1"), ("a%20b", "a b"), ("%c3%BC", "ü"), ("a+b", "a+b"), ("%2B", "+"), ("%25", "%"),
        ] {
            #expect(PercentEncoding.decode(text) == expected, "\(text)")
        }
        #expect(PercentEncoding.decode("a+b%2b", plus: UInt8(ascii: " ")) == "a b+")
    }

    @Test("what is no escape, no UTF-8 or NUL is refused")
    func refuses() {
        for text in ["%", "%4", "%zz", "%4g", "a%", "%ff", "%c3", "%c0%80", "%ed%a0%80", "%00", "a%00b"] {
            #expect(PercentEncoding.decode(text) == nil, "\(text)")
            #expect(QueryReader.parse("a=b&name=\(text)") == nil, "\(text)")
            #expect(QueryReader.parse("\(text)=b") == nil, "\(text)")
        }
        #expect(QueryReader.parse("a=b=c&&d")?.map(\.value) == ["b=c", ""])
    }
}
