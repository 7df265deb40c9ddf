/// Something a plugin said that is not passed on.
package struct Refusal: Error, Sendable, Hashable, CustomStringConvertible {
    package enum Kind: Sendable, Hashable { case invalid, notPermitted }

    package let kind: Kind
    package let reason: String

    package init(_ reason: String, _ kind: Kind = .invalid) {
        self.kind = kind
        self.reason = reason
    }

    package var description: String { reason }
}
