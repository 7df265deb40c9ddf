internal import Glibc

/// A system call that failed.
package struct SystemError: Error, Sendable, Hashable, CustomStringConvertible {
    package let operation: String
    package let code: Int32

    package init(_ operation: String, _ code: Int32) {
        self.operation = operation
        self.code = code
    }

    /// Descriptors, memory, processes or space ran out; the same may succeed later.
    package var isShortage: Bool { [EMFILE, ENFILE, ENOMEM, EAGAIN, ENOSPC].contains(code) }

    package var description: String { "\(operation): \(String(cString: strerror(code)))" }
}
