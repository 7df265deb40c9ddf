import ServerCore
import Testing

@Suite struct DictionaryShrinkingTests {
    @Test func `a table gives up its room as its entries go, and keeps the others`() {
        var table = Dictionary(uniqueKeysWithValues: (0..<20_000).map { ($0, "\($0)") })
        let room = table.capacity
        for key in 100..<20_000 { table.removeShrinking(key) }
        #expect(table.capacity < room / 16)
        #expect(table == Dictionary(uniqueKeysWithValues: (0..<100).map { ($0, "\($0)") }))
        table.removeShrinking(20_001)
        #expect(table.count == 100)
    }

    @Test func `a table of some hundred places keeps them`() {
        var table = Dictionary(uniqueKeysWithValues: (0..<300).map { ($0, $0) })
        let room = table.capacity
        for key in 0..<300 { table.removeShrinking(key) }
        #expect(table.isEmpty && table.capacity == room)
    }
}
