import Testing

@testable import OperatorAPI

struct ByteRangeTests {
    @Test(
        arguments: [
            ("bytes=0-", 0, 9), ("bytes=3-5", 3, 5), ("bytes=3-100", 3, 9), ("bytes=-4", 6, 9), ("bytes=-100", 0, 9),
            ("bytes=9-9", 9, 9),
        ] as [(String, Int64, Int64)])
    func `one range within ten bytes is understood`(header: String, first: Int64, last: Int64) throws {
        let range = try #require(ByteRange(header, size: 10))
        #expect(range.first == first && range.last == last && range.count == last - first + 1)
    }

    @Test(
        arguments: [
            nil, "", "bytes=", "bytes=-", "bytes=-0", "bytes=5-3", "bytes=10-", "bytes=10-12", "bytes=0-1,3-4",
            "items=0-1",
            "bytes=a-b", "bytes=--1", "bytes=-1-2", "bytes=+1-2-3",
        ] as [String?])
    func `anything else is answered with the whole`(header: String?) {
        #expect(ByteRange(header, size: 10) == nil)
    }

    @Test func `nothing has no range`() { #expect(ByteRange("bytes=0-", size: 0) == nil) }
}
