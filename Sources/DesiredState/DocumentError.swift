/// An entry of a device's document that cannot be read.
package struct DocumentError: Error, Sendable, Equatable, CustomStringConvertible {
    package let entry: String
    package let reason: String

    package init(entry: String, reason: String) {
        self.entry = entry
        self.reason = reason
    }

    package var description: String { "desired state, entry \(entry): \(reason)" }
}
