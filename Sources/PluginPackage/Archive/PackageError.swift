/// Why a package cannot be made, read or used: the file, and what is wrong with it.
package struct PackageError: Error, Sendable, Hashable, CustomStringConvertible {
    package let file: String
    package let reason: String

    package init(_ file: String, _ reason: String) {
        self.file = file
        self.reason = reason
    }

    package var description: String { "\(file): \(reason)" }
}
