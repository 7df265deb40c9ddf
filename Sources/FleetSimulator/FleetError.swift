/// Why a fleet cannot go on, in words for who started it.
package struct FleetError: Error, CustomStringConvertible {
    package let description: String

    package init(_ description: String) { self.description = description }
}
