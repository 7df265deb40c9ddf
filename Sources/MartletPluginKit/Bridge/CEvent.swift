internal import MartletABI

enum CEvent {
    static func borrow<Result>(
        _ event: Event, _ data: [UInt8], _ body: (UnsafePointer<martlet_event>) -> Result
    ) -> Result {
        CString.borrow(event.instance) { instance in
            CString.borrow(event.type) { type in
                CString.borrow(event.text, data) { text, data in
                    var record = martlet_event()
                    record.struct_size = UInt32(MemoryLayout<martlet_event>.size)
                    record.severity = event.severity.value
                    withUnsafeMutableBytes(of: &record.id) { $0.copyBytes(from: event.id.octets) }
                    record.time = event.time ?? 0
                    record.instance = instance
                    record.type = type
                    record.text = text.pointee
                    record.data = data.pointee
                    return withUnsafePointer(to: record) { body($0) }
                }
            }
        }
    }
}
