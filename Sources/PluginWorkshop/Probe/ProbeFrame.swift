internal import AgentPlugins
internal import PluginLink

/// The probe's own frames (`Sources/PluginProbe/record.h`).
enum ProbeFrame {
    static let begin = 200, end = 201, fact = 202, done = 203

    /// Takes whole frames from the beginning of the bytes.
    static func take(from bytes: inout [UInt8]) -> [LinkFrame] {
        var frames: [LinkFrame] = []
        var offset = 0
        while bytes.count - offset >= Int(PL_HEADER_SIZE) {
            var header = pl_header()
            bytes.withUnsafeBufferPointer { buffer in
                if let base = buffer.baseAddress { pl_header_decode(base + offset, &header) }
            }
            let (start, length) = (offset + Int(PL_HEADER_SIZE), Int(header.length))
            guard bytes.count - start >= length else { break }
            frames.append(
                LinkFrame(
                    type: Int(header.type), correlation: header.correlation,
                    payload: Array(bytes[start..<start + length])))
            offset = start + length
        }
        bytes.removeFirst(offset)
        return frames
    }
}
