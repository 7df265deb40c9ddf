import PluginLink

/// What a plugin host sends to the core on its events lane. The first byte says in which pieces the rest arrives.
package enum LinkFuzz {
    private struct Frame: Equatable {
        var type: UInt16
        var correlation: UInt64
        var payload: [UInt8]
    }

    package static func run(_ bytes: [UInt8]) {
        guard let first = bytes.first else { return }
        let stream = Array(bytes.dropFirst())
        let whole = frames(stream, piece: max(stream.count, 1))
        let pieces = frames(stream, piece: Int(first) + 1)
        precondition(whole == pieces, "where a read ended changed what was read")
        for frame in whole { walk(frame.payload) }
    }

    private static func frames(_ stream: [UInt8], piece: Int) -> [Frame] {
        var decoder = pl_decoder()
        pl_decoder_init(&decoder, UInt32(PL_EVENT_LIMIT))
        defer { pl_decoder_free(&decoder) }
        var frames: [Frame] = []
        var start = 0
        while start < stream.count {
            let end = min(start + piece, stream.count)
            let read = Array(stream[start..<end])
            precondition(pl_decoder_add(&decoder, read, read.count) == 0, "memory is out")
            start = end
            var header = pl_header()
            var payload: UnsafePointer<UInt8>?
            var result = pl_decoder_next(&decoder, &header, &payload)
            while result == 1 {
                let bytes = Array(UnsafeBufferPointer(start: payload, count: Int(header.length)))
                frames.append(Frame(type: header.type, correlation: header.correlation, payload: bytes))
                result = pl_decoder_next(&decoder, &header, &payload)
            }
            if result < 0 { return frames }
        }
        return frames
    }

    /// Every field is read, written anew, and read again.
    private static func walk(_ payload: [UInt8]) {
        var offset = 0
        var field = pl_field()
        while pl_next_field(payload, payload.count, &offset, &field) == 1 {
            precondition(offset <= payload.count, "a field ends behind its payload")
            let value = Array(UnsafeBufferPointer(start: field.value, count: field.length))
            var writer = pl_writer()
            defer { pl_writer_free(&writer) }
            pl_put(&writer, field.tag, value, value.count)
            let again = pl_find(writer.data, writer.length, field.tag)
            precondition(
                Array(UnsafeBufferPointer(start: again.value, count: again.length)) == value,
                "a field changed when it was written anew")
        }
        _ = pl_find_number(payload, payload.count, UInt16(PL_TIME), 0)
    }
}
