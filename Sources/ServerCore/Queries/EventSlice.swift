/// Events of a stream in order, and how far it was looked.
package struct EventSlice: Sendable {
    package var events: [EventRecord]
    /// The position up to which there is none but these: where to go on. Positions are given in the order of the commits, by one
    /// writer, so that none appears below it later.
    package var through: Int64
}
