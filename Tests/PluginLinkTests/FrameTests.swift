import PluginLink
import Testing

@Suite(.tags(.R23))
struct FrameTests {
    @Test("a header is 16 bytes, little-endian")
    func headerLayout() {
        var header = pl_header(length: 0x0102_0304, type: 0x0506, flags: 0, correlation: 0x1112_1314_1516_1718)
        var bytes = [UInt8](repeating: 0xFF, count: 16)
        pl_header_encode(&header, &bytes)
        #expect(bytes == [4, 3, 2, 1, 6, 5, 0, 0, 0x18, 0x17, 0x16, 0x15, 0x14, 0x13, 0x12, 0x11])
        var decoded = pl_header()
        pl_header_decode(bytes, &decoded)
        #expect(decoded.length == header.length && decoded.type == header.type)
        #expect(decoded.correlation == header.correlation)
    }

    @Test("frames come out of the decoder as they went in, however the stream is cut", arguments: [1, 2, 7, 16, 17, 1000])
    func anyCut(size: Int) {
        let stream = (0..<20).flatMap { Self.frame(type: 5, correlation: UInt64($0), payload: Array(repeating: UInt8($0), count: $0 * 3)) }
        let decoder = Decoder(limit: 100)
        var frames: [(UInt64, [UInt8])] = []
        for start in stride(from: 0, to: stream.count, by: size) {
            frames += decoder.add(Array(stream[start..<min(start + size, stream.count)])).frames
        }
        #expect(frames.map(\.0) == (0..<20).map { UInt64($0) })
        #expect(frames.map(\.1) == (0..<20).map { Array(repeating: UInt8($0), count: $0 * 3) })
    }

    @Test("a payload at the limit is taken, one byte more ends the stream before it is read")
    func limit() {
        #expect(Decoder(limit: 100).add(Self.frame(type: 1, correlation: 1, payload: Array(repeating: 0, count: 100))).frames.count == 1)
        let header = Array(Self.frame(type: 1, correlation: 1, payload: Array(repeating: 0, count: 101)).prefix(16))
        #expect(Decoder(limit: 100).add(header).isBroken)
    }

    @Test("random octets never crash the decoder, and never give a payload beyond the limit")
    func fuzz() {
        var random = SystemRandomNumberGenerator()
        for _ in 0..<500 {
            let decoder = Decoder(limit: 64)
            for _ in 0..<20 {
                let bytes = (0..<Int.random(in: 0...40, using: &random)).map { _ in
                    // Mostly small lengths, so that frames are completed too.
                    Bool.random() ? 0 : UInt8.random(in: 0...255, using: &random)
                }
                let result = decoder.add(bytes)
                #expect(result.frames.allSatisfy { $0.1.count <= 64 })
                if result.isBroken { break }
            }
        }
    }

    static func frame(type: UInt16, correlation: UInt64, payload: [UInt8]) -> [UInt8] {
        var header = pl_header(length: UInt32(payload.count), type: type, flags: 0, correlation: correlation)
        var bytes = [UInt8](repeating: 0, count: 16)
        pl_header_encode(&header, &bytes)
        return bytes + payload
    }

    private final class Decoder {
        private var decoder = pl_decoder()

        init(limit: UInt32) { pl_decoder_init(&decoder, limit) }
        deinit { pl_decoder_free(&decoder) }

        func add(_ bytes: [UInt8]) -> (frames: [(UInt64, [UInt8])], isBroken: Bool) {
            guard pl_decoder_add(&decoder, bytes, bytes.count) == 0 else { return ([], true) }
            var frames: [(UInt64, [UInt8])] = []
            while true {
                var header = pl_header()
                var payload: UnsafePointer<UInt8>?
                let result = pl_decoder_next(&decoder, &header, &payload)
                guard result == 1 else { return (frames, result < 0) }
                frames.append((header.correlation, Array(UnsafeBufferPointer(start: payload, count: Int(header.length)))))
            }
        }
    }
}
