/// The one range of a `Range` header that is understood; RFC 9110 lets a server answer all others with the whole.
struct ByteRange: Sendable, Hashable {
    var first: Int64
    /// Inclusive.
    var last: Int64

    /// nil when the whole is to be answered.
    init?(_ header: String?, size: Int64) {
        guard let header, header.hasPrefix("bytes="), size > 0 else { return nil }
        let parts = header.dropFirst("bytes=".count).split(separator: "-", omittingEmptySubsequences: false)
        guard parts.count == 2 else { return nil }
        switch (Int64(parts[0]), Int64(parts[1])) {
        case (let first?, let last?) where last >= first: (self.first, self.last) = (first, min(last, size - 1))
        case (let first?, nil) where parts[1].isEmpty: (self.first, self.last) = (first, size - 1)
        case (nil, let count?) where parts[0].isEmpty && count > 0:
            (self.first, self.last) = (max(size - count, 0), size - 1)
        default: return nil
        }
        guard self.first >= 0, self.first < size else { return nil }
    }

    var count: Int64 { last - first + 1 }
}
