import ResidentMemory

/// Where the buffers of connections come from.
package enum ConnectionBuffers {
    /// NIOSSL gives each connection one buffer of 32 KiB to read into and one of 16 KiB to write, of which one that rests uses a
    /// page or two. Of memory that was used before, all of their pages would be there.
    static let smallest = 16 << 10
    /// Two for each of so many connections as a process of one server usually has; those of more are as they would be without.
    static let most: Int32 = 40_000

    /// To be called once, before the server begins.
    package static func keepApart() { rm_map_from(smallest, most) }
}
