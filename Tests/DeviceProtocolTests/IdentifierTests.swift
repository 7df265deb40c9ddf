import DeviceProtocol
import Testing

@Suite struct IdentifierTests {
    @Test func `text and bytes read back`() {
        let identifier = Identifier.make(now: 1_700_000_000_000_000)
        #expect(Identifier(identifier.description) == identifier)
        #expect(Identifier(identifier.bytes) == identifier)
        // Not in one piece of memory.
        #expect(Identifier(identifier.bytes.lazy.map { $0 }) == identifier)
        #expect(identifier.description.dropFirst(14).first == "7")
    }

    @Test func `its text and its bytes are those of a UUID`() throws {
        let text = "01234567-89ab-7def-8123-456789abcdef"
        let identifier = try #require(Identifier(text))
        #expect(identifier.description == text)
        #expect(identifier.bytes == [1, 35, 69, 103, 137, 171, 125, 239, 129, 35, 69, 103, 137, 171, 205, 239])
    }

    @Test func `later identifiers sort after earlier ones`() {
        let early = Identifier.version7(now: 1_000_000, random: (.max, .max))
        let late = Identifier.version7(now: 2_000_000, random: (0, 0))
        #expect(early.description < late.description)
        #expect(early < late && !(late < early))
        #expect(early.bytes.lexicographicallyPrecedes(late.bytes))
    }

    @Test(
        "what is no UUID is refused",
        arguments: ["", "xyz", String(repeating: "0", count: 31), "0000000g-0000-7000-8000-000000000000"])
    func refused(text: String) { #expect(Identifier(text) == nil) }

    @Test func `derived identifiers are the same in two places and carry version 8`() throws {
        let digest = [UInt8](repeating: 0xFF, count: 32)
        let a = try #require(Identifier.version8(digest: digest))
        #expect(a == Identifier.version8(digest: digest))
        #expect(a.description == "ffffffff-ffff-8fff-bfff-ffffffffffff")
    }
}
