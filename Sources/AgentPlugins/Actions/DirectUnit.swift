/// A service without a service manager: how it is started, and where it writes its process number.
package struct DirectUnit: Sendable, Hashable {
    /// Absolute path of the program, and its arguments.
    package var start: [String]
    package var pidFile: String

    package init(start: [String], pidFile: String) {
        self.start = start
        self.pidFile = pidFile
    }
}
