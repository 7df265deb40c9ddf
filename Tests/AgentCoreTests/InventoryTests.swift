import AgentCore
import Testing

@Suite(.tags(.R11)) struct InventoryTests {
    private static let status = """
        Package: bash
        Status: install ok installed
        Architecture: amd64
        Version: 5.2.15-2+b7
        Description: GNU Bourne Again SHell
         Version: not a field, a continued line

        Package: gone
        Status: deinstall ok config-files
        Architecture: all
        Version: 1

        Package: held
        Status: hold ok installed
        Architecture: all
        Version: 2:3.4~rc1
        """

    @Test func `only what is installed is listed`() {
        #expect(
            DpkgStatus.parse(Array(Self.status.utf8)).sorted() == [
                SoftwareItem(name: "bash", version: "5.2.15-2+b7", architecture: "amd64"),
                SoftwareItem(name: "held", version: "2:3.4~rc1", architecture: "all"),
            ])
    }

    @Test func `an upgrade is one removal and one addition, and the hash depends on no order`() {
        let old = SoftwareList([
            .init(name: "a", version: "1", architecture: "x"), .init(name: "b", version: "1", architecture: "x"),
        ])
        let new = SoftwareList([
            .init(name: "b", version: "2", architecture: "x"), .init(name: "a", version: "1", architecture: "x"),
        ])
        let (added, removed) = new.changes(from: old)
        #expect(added == [.init(name: "b", version: "2", architecture: "x")])
        #expect(removed == [.init(name: "b", version: "1", architecture: "x")])
        #expect(SoftwareList(new.items.reversed()).hash == new.hash)
        #expect(SoftwareList(bytes: new.bytes) == new)
    }

    @Test func `garbage is no inventory and no crash`() {
        #expect(DpkgStatus.parse([0, 255, 10, 58, 10, 10]).isEmpty)
        #expect(SoftwareList(bytes: Array("a\tb\nx\n\t\t\t\n".utf8)).items.isEmpty)
    }
}
