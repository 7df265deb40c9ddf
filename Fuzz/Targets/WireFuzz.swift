import SwiftProtobuf

/// What must hold of every protobuf message that was read.
enum WireFuzz {
    /// Written and read again it is the same. Bytes are compared, since a number that is none equals nothing.
    static func repeats<M: Message>(_ message: M) {
        var options = BinaryEncodingOptions()
        options.useDeterministicOrdering = true
        guard let once: [UInt8] = try? message.serializedBytes(options: options) else { return }
        guard let read = try? M(serializedBytes: once) else {
            preconditionFailure("what was written cannot be read")
        }
        let twice: [UInt8]? = try? read.serializedBytes(options: options)
        precondition(once == twice, "a message changed when it was written anew")
    }
}
