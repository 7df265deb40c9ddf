/// What a device knows of its surroundings, as conditions ask for it.
package struct ConditionFacts: Sendable, Hashable {
    /// Seconds since the first of the attempts to reach the server that failed; nil while the last one did not.
    package var unreachableFor: Int64?
    /// Of the interfaces that are up, without loopback.
    package var addresses: Set<IPAddress>

    package init(unreachableFor: Int64? = nil, addresses: Set<IPAddress> = []) {
        self.unreachableFor = unreachableFor
        self.addresses = addresses
    }
}
