internal import MartletABI

/// Memory that is never freed: a library is never unloaded.
enum StaticMemory {
    static func keep<Value>(_ value: Value) -> UnsafeRawPointer {
        let memory = UnsafeMutablePointer<Value>.allocate(capacity: 1)
        memory.initialize(to: value)
        return UnsafeRawPointer(memory)
    }

    static func keep(_ text: String) -> martlet_string {
        let utf8 = Array(text.utf8)
        let memory = UnsafeMutableBufferPointer<CChar>.allocate(capacity: max(utf8.count, 1))
        for (index, byte) in utf8.enumerated() { memory.initializeElement(at: index, to: CChar(bitPattern: byte)) }
        return martlet_string(data: UnsafePointer(memory.baseAddress), length: utf8.count)
    }
}
