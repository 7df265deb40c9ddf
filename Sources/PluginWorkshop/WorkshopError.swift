/// Why the workshop cannot do what it was asked: what was found, what was expected, what to do.
package struct WorkshopError: Error, Sendable, Hashable, CustomStringConvertible {
    package let description: String

    package init(_ description: String) { self.description = description }
}
