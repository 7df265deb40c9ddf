internal import MartletABI

/// Swift's text and octets as the interface's borrowed structures.
enum CString {
    static func borrow<Result>(_ text: String, _ body: (martlet_string) -> Result) -> Result {
        var text = text
        return text.withUTF8 { utf8 in
            utf8.withMemoryRebound(to: CChar.self) { body(martlet_string(data: $0.baseAddress, length: $0.count)) }
        }
    }

    static func borrow<Result>(
        _ text: String, _ bytes: [UInt8],
        _ body: (UnsafePointer<martlet_string>, UnsafePointer<martlet_bytes>) -> Result
    ) -> Result {
        borrow(text) { text in
            bytes.withUnsafeBufferPointer { buffer in
                withUnsafePointer(to: text) { text in
                    withUnsafePointer(to: martlet_bytes(data: buffer.baseAddress, length: buffer.count)) {
                        body(text, $0)
                    }
                }
            }
        }
    }

    static func text(_ string: martlet_string?) -> String {
        guard let string, let data = string.data else { return "" }
        return data.withMemoryRebound(to: UInt8.self, capacity: string.length) {
            String(decoding: UnsafeBufferPointer(start: $0, count: string.length), as: UTF8.self)
        }
    }

    static func bytes(_ bytes: martlet_bytes?) -> [UInt8] {
        guard let bytes else { return [] }
        return Array(UnsafeBufferPointer(start: bytes.data, count: bytes.length))
    }
}
