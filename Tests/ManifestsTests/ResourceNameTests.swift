import Manifests
import Testing

@Suite struct ResourceNameTests {
    @Test(
        "names are lower-case letters, digits, dashes and dots",
        arguments: ["a", "web-1", "a.b", "0", String(repeating: "a", count: 63)])
    func valid(name: String) { #expect(ResourceName.isValid(name)) }

    @Test(
        "other names are refused",
        arguments: ["", "-a", "a-", ".a", "A", "a_b", "a/b", "ä", String(repeating: "a", count: 64)])
    func invalid(name: String) { #expect(!ResourceName.isValid(name)) }
}
