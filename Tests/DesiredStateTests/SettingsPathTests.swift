import DesiredState
import Testing

@Suite struct SettingsPathTests {
    @Test(arguments: ["", "/a", "/a/b", "/", "/a~1b/c~0d", "/~01"])
    func `a pointer is written as it was read`(pointer: String) throws {
        #expect("\(try #require(SettingsPath(pointer: pointer)))" == pointer)
    }

    @Test func `escapes stand for a slash and a tilde`() {
        #expect(SettingsPath(pointer: "/a~1b/~0~01")?.keys == ["a/b", "~~1"])
    }

    @Test(arguments: ["a", "a.b", "/a~", "/a~2", "~0"])
    func `what is no pointer is refused`(text: String) { #expect(SettingsPath(pointer: text) == nil) }

    @Test func `a path of the schema is told from one that leaves it`() throws {
        let schema = try SettingsSchema(json: [
            "type": "object", "additionalProperties": false,
            "properties": [
                "limits": [
                    "type": "object", "additionalProperties": false, "properties": ["disk": ["type": "integer"]],
                ],
                "free": ["type": "object"], "list": ["type": "array"],
            ],
        ])
        for path in ["", "/limits", "/limits/disk", "/free/any/thing", "/list"] {
            #expect(schema.violation(of: try #require(SettingsPath(pointer: path))) == nil, "\(path)")
        }
        let wrong = schema.violation(of: SettingsPath(["limits", "dsk"]))
        #expect(wrong?.expected == "one of /limits/disk")
        #expect(wrong?.got == #"/limits/dsk; did you mean "/limits/disk"?"#)
        #expect(schema.violation(of: SettingsPath(["list", "0"])) != nil)
        #expect(schema.violation(of: SettingsPath(["limits", "disk", "x"])) != nil)
    }

    @Test func `a subnet contains its addresses and no others`() throws {
        let narrow = try #require(Subnet("10.1.128.0/17"))
        #expect(narrow.contains(try #require(IPAddress("10.1.200.4"))))
        #expect(!narrow.contains(try #require(IPAddress("10.1.127.4"))))
        let six = try #require(Subnet("2001:db8::/33"))
        #expect(six.contains(try #require(IPAddress("2001:db8:7fff::1"))))
        #expect(!six.contains(try #require(IPAddress("2001:db8:8000::1"))))
        #expect(!six.contains(try #require(IPAddress("10.1.1.1"))))
        #expect("\(six)" == "2001:db8::/33")
        #expect(try #require(Subnet("0.0.0.0/0")).contains(try #require(IPAddress("8.8.8.8"))))
        for text in ["10.1.0.0", "10.1.0.0/33", "10.1.0/16", "10.1.0.0/+8", "x/8", "10.1.0.0/16/1", "::/129"] {
            #expect(Subnet(text) == nil, "\(text)")
        }
    }
}
