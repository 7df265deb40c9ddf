/// A file, or a folder with all in it, that the plugin wants to write, and why.
package struct PluginPathGrant: Sendable, Hashable {
    /// Absolute, without `.` and `..`, local names filled in.
    package let path: String
    package let reason: String

    package init(path: String, reason: String) {
        self.path = path
        self.reason = reason
    }

    /// Whether `file` is the path itself or lies below it. A file whose path is not in plain form is never covered.
    package func covers(_ file: String) -> Bool {
        guard Self.isPlain(file) else { return false }
        return file == path || file.hasPrefix(path + "/")
    }

    /// Absolute, no empty, `.` or `..` component, no zero byte.
    package static func isPlain(_ path: String) -> Bool {
        guard path.hasPrefix("/"), path.utf8.count < 4096, !path.utf8.contains(0) else { return false }
        return path.dropFirst().split(separator: "/", omittingEmptySubsequences: false)
            .allSatisfy { !$0.isEmpty && $0 != "." && $0 != ".." }
    }
}
