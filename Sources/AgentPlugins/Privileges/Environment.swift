internal import Glibc

/// This process's environment.
enum Environment {
    /// `NAME=value` of each variable.
    static var all: [String] {
        var found: [String] = []
        var next = environ
        while let entry = next.pointee {
            found.append(String(cString: entry))
            next += 1
        }
        return found
    }
}
