/// Something a plugin said that is not passed on.
struct Refusal: Error, Sendable, Hashable, CustomStringConvertible {
    enum Kind: Sendable, Hashable { case invalid, notPermitted }

    let kind: Kind
    let reason: String

    init(_ reason: String, _ kind: Kind = .invalid) {
        self.kind = kind
        self.reason = reason
    }

    var description: String { reason }
}
