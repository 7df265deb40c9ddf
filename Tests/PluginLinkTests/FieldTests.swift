import PluginLink
import Testing

struct FieldTests {
    @Test("fields are found by tag, in any order, beside tags nobody knows")
    func findsFields() {
        var writer = pl_writer()
        defer { pl_writer_free(&writer) }
        pl_put(&writer, 999, "unknown", 7)
        pl_put_number(&writer, UInt16(PL_TIME), UInt64(bitPattern: -5))
        pl_put(&writer, UInt16(PL_MESSAGE), "hello", 5)
        #expect(!writer.failed)
        #expect(text(writer, PL_MESSAGE) == "hello")
        #expect(Int64(bitPattern: pl_find_number(writer.data, writer.length, UInt16(PL_TIME), 0)) == -5)
    }

    @Test("a field that is not there is empty, a number that is not there is what the reader says")
    func missingFields() {
        var writer = pl_writer()
        defer { pl_writer_free(&writer) }
        pl_put(&writer, UInt16(PL_LEVEL), "four", 4)
        #expect(pl_find(writer.data, writer.length, UInt16(PL_NAME)).value == nil)
        #expect(pl_find_number(writer.data, writer.length, UInt16(PL_LEVEL), 42) == 42, "a number has eight bytes")
        #expect(pl_find_number(nil, 0, UInt16(PL_LEVEL), 42) == 42)
    }

    @Test("a field that claims more than there is makes the payload malformed", arguments: [1, 4, 8, 12])
    func truncated(keep: Int) {
        var writer = pl_writer()
        defer { pl_writer_free(&writer) }
        pl_put(&writer, UInt16(PL_MESSAGE), "hello", 5)
        var offset = 0
        var field = pl_field()
        #expect(pl_next_field(writer.data, keep, &offset, &field) == -1)
        #expect(pl_find(writer.data, keep, UInt16(PL_MESSAGE)).value == nil)
    }

    private func text(_ writer: pl_writer, _ tag: Int) -> String {
        let field = pl_find(writer.data, writer.length, UInt16(tag))
        return String(decoding: UnsafeBufferPointer(start: field.value, count: field.length), as: UTF8.self)
    }
}
