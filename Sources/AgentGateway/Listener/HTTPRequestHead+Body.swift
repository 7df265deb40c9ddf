import NIOHTTP1

extension HTTPRequestHead {
    /// How long its body is shows only when it has come.
    var isChunked: Bool { headers.contains(name: "transfer-encoding") }

    /// Whether it says itself that its body has more bytes than `limit`.
    func announcesBody(above limit: Int) -> Bool {
        (headers.first(name: "content-length").flatMap { Int($0) } ?? 0) > limit
    }
}
