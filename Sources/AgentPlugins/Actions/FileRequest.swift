/// A file to be written, which the plugin's manifest covers.
package struct FileRequest: Sendable, Hashable {
    package var path: String
    package var content: [UInt8]
    /// Of a file that does not exist yet.
    package var mode: UInt32

    package init(path: String, content: [UInt8], mode: UInt32) {
        self.path = path
        self.content = content
        self.mode = mode
    }
}
