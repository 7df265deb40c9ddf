/// A whole artifact that waits on the device for the server.
package struct SpooledArtifact: Sendable, Hashable {
    /// 16 octets.
    package var run: [UInt8]
    package var name: String
    package var path: String
    package var size: Int64
    /// When it was made whole, µs UTC of the device's clock.
    package var finished: Int64

    package init(run: [UInt8], name: String, path: String, size: Int64, finished: Int64) {
        self.run = run
        self.name = name
        self.path = path
        self.size = size
        self.finished = finished
    }
}
