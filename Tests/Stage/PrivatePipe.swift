import Foundation
import Glibc

/// A pipe that no other child inherits: Foundation's `Pipe` may be taken along by a process that another thread starts at
/// that moment, and is then not at its end before that one ends, too.
struct PrivatePipe: Sendable {
    let reading: FileHandle
    let writing: FileHandle

    init() throws {
        let ends = try ProcessStart.whileNoneStarts {
            var ends: [Int32] = [-1, -1]
            guard pipe(&ends) == 0, ends.allSatisfy({ fcntl($0, F_SETFD, FD_CLOEXEC) == 0 }) else {
                throw POSIXError(POSIXErrorCode(rawValue: errno) ?? .EMFILE)
            }
            return ends
        }
        reading = FileHandle(fileDescriptor: ends[0], closeOnDealloc: true)
        writing = FileHandle(fileDescriptor: ends[1], closeOnDealloc: true)
    }
}
