/// A broken invariant: where, and what led there.
package struct Violation: Error, Sendable, CustomStringConvertible {
    package let invariant: Invariant
    package let seed: UInt64
    /// Index in its fleet; nil for one of the whole fleet.
    package let device: Int?
    package let text: String
    /// The last lines of the device's trace.
    package let trace: [String]

    package var description: String {
        let place = device.map { "device \($0)" } ?? "the fleet"
        return "seed \(seed): \(invariant.rawValue) broken by \(place): \(text)\n  "
            + trace.joined(separator: "\n  ")
    }
}
