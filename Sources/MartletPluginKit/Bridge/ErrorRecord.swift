internal import MartletABI

/// The caller-owned error record, in both directions.
enum ErrorRecord {
    /// Makes a call of the host with a record and throws what it says.
    static func check(_ call: (UnsafeMutablePointer<martlet_error>) -> martlet_status) throws(PluginFailure) {
        var record = martlet_error()
        record.struct_size = UInt32(MemoryLayout<martlet_error>.size)
        let status = call(&record)
        guard status != Int32(MARTLET_OK) else { return }
        let message = text(of: record.message, length: record.message_length)
        throw PluginFailure(
            PluginFailure.Code(status: status), message.isEmpty ? "the agent answered with status \(status)" : message,
            pointer: text(of: record.pointer, length: record.pointer_length),
            isRetryable: record.flags & UInt32(MARTLET_ERROR_RETRYABLE) != 0)
    }

    /// Fills the host's record and returns the status.
    static func fill(_ record: UnsafeMutablePointer<martlet_error>?, _ failure: PluginFailure) -> martlet_status {
        guard let record, record.pointee.struct_size >= UInt32(MemoryLayout<martlet_error>.size) else {
            return failure.code.status
        }
        record.pointee.code = failure.code.status
        record.pointee.flags = failure.isRetryable ? UInt32(MARTLET_ERROR_RETRYABLE) : 0
        record.pointee.message_length = copy(failure.message, to: &record.pointee.message)
        record.pointee.pointer_length = copy(failure.pointer, to: &record.pointee.pointer)
        return failure.code.status
    }

    private static func text<Buffer>(of buffer: Buffer, length: UInt32) -> String {
        withUnsafeBytes(of: buffer) { String(decoding: $0.prefix(Int(length)), as: UTF8.self) }
    }

    /// Cut to the buffer, not inside a character.
    private static func copy<Buffer>(_ text: String, to buffer: inout Buffer) -> UInt32 {
        withUnsafeMutableBytes(of: &buffer) { target in
            var bytes = Array(text.utf8.prefix(target.count))
            while String(validating: bytes, as: UTF8.self) == nil { bytes.removeLast() }
            target.copyBytes(from: bytes)
            return UInt32(bytes.count)
        }
    }
}
