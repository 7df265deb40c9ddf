import DesiredState
import Foundation
import Testing

@Suite struct JSONGlanceTests {
    private static func isPlain(_ text: String) -> Bool {
        Data(text.utf8).withUnsafeBytes(JSONGlance.isPlainObject)
    }

    private static func isObject(_ text: String) -> Bool {
        guard let value = try? JSONValue(parsing: Array(text.utf8)) else { return false }
        if case .object = value { return true }
        return false
    }

    @Test(
        "a plain object is known at a glance",
        arguments: [
            "{}", #"{"a":1}"#, #" { "a" : [ 1 , -2.5 , true , false , null , "x\n\"" ] , "b" : { } } "#,
            #"{"n":123456789012345,"z":0,"f":0.5}"#, #"{"at":1764464000123456,"most":-8999999999999999}"#,
            #"{"a":"é","ключ":"値"}"#,
        ])
    func plain(text: String) {
        #expect(Self.isPlain(text))
        #expect(Self.isObject(text))
    }

    @Test(
        "what is not plain is left to the parser",
        arguments: [
            "", "[]", "1", "{", "{}x", #"{"a"}"#, #"{"a":}"#, #"{"a":1,}"#, "{'a':1}", #"{"a":01}"#, #"{"a":1e5}"#,
            #"{"a":1.}"#, #"{"a":-}"#, #"{"a":"\u0041"}"#, "{\"a\":\"\n\"}", #"{"a":tru}"#,
            #"{"a":9007199254740993}"#, #"{"a":12345678901234567}"#, "{\"a\":1}\u{0}", #"{"a":"\x"}"#, #"{"a":NaN}"#,
            #"{a:1}"#,
            String(repeating: #"{"a":"#, count: 40) + "1" + String(repeating: "}", count: 40),
        ])
    func notPlain(text: String) { #expect(!Self.isPlain(text)) }

    @Test func `bytes that are no text are left to the parser`() {
        for bytes: [UInt8] in [[0x80], [0xC3], [0xED, 0xA0, 0x80], [0xF5, 0x80, 0x80, 0x80]] {
            let document = Array(#"{"a":""#.utf8) + bytes + Array(#""}"#.utf8)
            #expect(!document.withUnsafeBytes(JSONGlance.isPlainObject))
        }
    }

    @Test func `whatever is done to a document, a glance never takes what the parser refuses`() {
        let sample = Array(#"{"a":[1,-2.5,true,null,"x\n"],"b":{"c":"text","d":0}}"#.utf8)
        let alphabet = Array(#"{}[]",:\0123456789.-+eEtrufalsn x"#.utf8) + [0, 9, 0x80, 0xC3, 0xFF]
        var random = SystemRandomNumberGenerator()
        var taken = 0
        for _ in 0..<3_000 {
            var bytes = sample
            for _ in 0..<Int.random(in: 1...4, using: &random) {
                let place = Int.random(in: 0..<bytes.count, using: &random)
                switch Int.random(in: 0..<3, using: &random) {
                case 0: bytes[place] = alphabet.randomElement(using: &random) ?? 0
                case 1: bytes.remove(at: place)
                default: bytes.insert(alphabet.randomElement(using: &random) ?? 0, at: place)
                }
            }
            guard bytes.withUnsafeBytes(JSONGlance.isPlainObject) else { continue }
            taken += 1
            guard let value = try? JSONValue(parsing: bytes), case .object = value else {
                Issue.record("taken: \(String(decoding: bytes, as: UTF8.self))")
                return
            }
        }
        #expect(taken > 0)
    }
}
