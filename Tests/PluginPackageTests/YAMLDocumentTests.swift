import DesiredState
import PluginPackage
import Testing

struct YAMLDocumentTests {
    @Test("scalars are resolved as YAML's core schema says; quoted ones are texts")
    func scalars() throws {
        let yaml = """
            text: hello
            quoted: "5"
            integer: 5
            hexadecimal: 0x1F
            number: 1.5
            whole: 2.0
            flag: true
            nothing: ~
            empty:
            version: 1.2.3
            word: nan
            """
        let json = try parse(yaml).json()
        #expect(
            json == [
                "text": "hello", "quoted": "5", "integer": 5, "hexadecimal": 31, "number": 1.5, "whole": 2,
                "flag": true,
                "nothing": .null, "empty": .null, "version": "1.2.3", "word": "nan",
            ])
    }

    @Test("a tab is called a tab")
    func tab() {
        let error = #expect(throws: YAMLError.self) { try parse("a:\n\tb: 1\n") }
        #expect(error?.description.hasSuffix(":2:1: expected valid YAML, got a tab; indent with spaces") == true)
    }

    @Test("every node knows its place")
    func places() throws {
        let document = try parse("a:\n  - x\n  - b: 1\n")
        let list = try #require(try document.members(["a"])["a"]).elements()
        #expect(list[1].path == "/a/1" && list[1].line == 3 && list[1].column == 5)
    }

    @Test(
        "what would surprise is refused, with its place",
        arguments: [
            ("a: 1\na: 2\n", 2, "/a"), ("a: &x 1\nb: *x\n", 1, "/a"), ("a: !!str 1\n", 1, "/a"), ("a: [1\n", 2, ""),
            ("a: 1\n---\nb: 2\n", 2, ""), ("? [a]\n: 1\n", 1, ""), ("", 1, ""), ("a: 9007199254740993\n", 1, "/a"),
        ])
    func refused(yaml: String, line: Int, path: String) throws {
        let error = try #require(throws: YAMLError.self) { _ = try parse(yaml).json() }
        #expect(error.file == "test.yaml" && error.line == line && error.path == path, "\(error)")
    }

    @Test("nesting is limited")
    func depth() {
        let deep = String(repeating: "[", count: 70) + String(repeating: "]", count: 70)
        #expect(throws: YAMLError.self) { try parse(deep) }
    }

    @Test("size is limited before anything is parsed")
    func size() {
        #expect(throws: YAMLError.self) { try parse(String(repeating: "#", count: YAMLDocument.maximumBytes + 1)) }
    }

    @Test("bytes that are not UTF-8 are refused")
    func encoding() {
        #expect(throws: YAMLError.self) { try YAMLDocument.parse([0x61, 0x3A, 0x20, 0xFF, 0x0A], file: "test.yaml") }
    }

    @Test("random octets are an error or a document, never a crash")
    func fuzz() {
        let pieces = [
            "a", ": ", "- ", "\n", "  ", "[", "]", "{", "}", "\"", "'", "&x", "*x", "!", "|", ">", "#", "1", "\t", "? ",
            "---",
        ]
        for _ in 0..<2000 {
            let text = (0..<Int.random(in: 0...20)).map { _ in pieces.randomElement() ?? "" }.joined()
            do { _ = try parse(text).json() } catch { #expect(error.line >= 0) }
        }
    }

    private func parse(_ yaml: String) throws(YAMLError) -> YAMLNode {
        try YAMLDocument.parse(Array(yaml.utf8), file: "test.yaml")
    }
}
