import Glibc

/// A program that a test needs done before it goes on.
package enum Program {
    /// Throws with the last lines it printed when it fails.
    @discardableResult
    package static func run(_ arguments: [String]) throws -> String {
        guard let lines = popen(arguments.map(quoted).joined(separator: " ") + " 2>&1", "re") else {
            throw Failure("popen: \(errno)")
        }
        var output: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 4096)
        while case let count = fread(&buffer, 1, buffer.count, lines), count > 0 { output += buffer[..<count] }
        let text = String(decoding: output, as: UTF8.self)
        guard pclose(lines) == 0 else { throw Failure("\(arguments.joined(separator: " ")): \(text.suffix(1000))") }
        return text
    }

    private static func quoted(_ argument: String) -> String {
        "'" + argument.split(separator: "'", omittingEmptySubsequences: false).joined(separator: #"'\''"#) + "'"
    }
}
