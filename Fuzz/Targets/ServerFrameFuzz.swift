import DeviceProtocol
import SwiftProtobuf

/// Our frame in the server's message, by itself.
package enum ServerFrameFuzz {
    package static func run(_ bytes: [UInt8]) {
        guard let frame = try? WireServerFrame(serializedBytes: bytes) else { return }
        WireFuzz.repeats(frame)
    }
}
