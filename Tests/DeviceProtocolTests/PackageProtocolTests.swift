import DeviceProtocol
import Testing

@Suite struct PackageProtocolTests {
    @Test func `ranges of one part are read and bounded, others are not`() throws {
        let piece = PackageProtocol.pieceBytes
        for (text, offset, count) in [
            ("bytes=0-", 0, piece), ("bytes=5-9", 5, 5), ("bytes=0-0", 0, 1),
            (PackageProtocol.range(from: 7), 7, piece),
            ("bytes=0-9223372036854775807", 0, piece),
        ] {
            let range = try #require(PackageProtocol.parse(range: text))
            #expect(range.offset == Int64(offset) && range.count == Int64(count), "\(text)")
        }
        for text in ["bytes=-5", "bytes=5-4", "bytes=0-1,4-5", "items=0-1", "bytes=a-b", "bytes=", "", "bytes=-1-2"] {
            #expect(PackageProtocol.parse(range: text) == nil, "\(text)")
        }
    }

    @Test func `an answer tells the size only if it begins where it was asked to`() {
        let range = PackageProtocol.contentRange(7, count: 3, of: 20)
        #expect(range == "bytes 7-9/20")
        #expect(PackageProtocol.size(contentRange: range, from: 7) == 20)
        for (text, offset) in [(range, 8), ("bytes 7-9/7", 7), ("bytes 7-9/*", 7), ("bytes */20", 7)] {
            #expect(PackageProtocol.size(contentRange: text, from: Int64(offset)) == nil, "\(text)")
        }
    }

    @Test func `a path names a package by its whole digest`() {
        let digest = String(repeating: "0a", count: 32)
        #expect(PackageProtocol.parse(PackageProtocol.path(digest)) == digest)
        for name in [String(digest.dropLast()), digest + "a", digest.uppercased(), "../etc/passwd", ""] {
            #expect(PackageProtocol.parse(PackageProtocol.root + name) == nil, "\(name)")
        }
    }
}
