internal import MartletABI

/// A sink of ours, for a call that happens while `borrow` runs.
final class GatheringSink {
    private(set) var bytes: [UInt8] = []

    func borrow<Result>(_ body: (UnsafePointer<martlet_sink>) -> Result) -> Result {
        let context = Unmanaged.passUnretained(self)
        let sink = martlet_sink(
            struct_size: UInt32(MemoryLayout<martlet_sink>.size), reserved: 0, caller_data: context.toOpaque(),
            write: gather)
        return withExtendedLifetime(self) { withUnsafePointer(to: sink) { body($0) } }
    }

    fileprivate func take(_ piece: martlet_bytes) -> martlet_status {
        guard bytes.count + piece.length <= Int(MARTLET_DOCUMENT_LIMIT) else {
            return Int32(MARTLET_RESOURCE_EXHAUSTED)
        }
        bytes += CString.bytes(piece)
        return Int32(MARTLET_OK)
    }
}

private nonisolated func gather(
    _ sink: UnsafePointer<martlet_sink>?, _ piece: UnsafePointer<martlet_bytes>?
) -> martlet_status {
    guard let context = sink?.pointee.caller_data, let piece else { return Int32(MARTLET_INVALID_ARGUMENT) }
    return Unmanaged<GatheringSink>.fromOpaque(context).takeUnretainedValue().take(piece.pointee)
}
