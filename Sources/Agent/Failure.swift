import Glibc

/// Errors for people, on stderr.
enum Failure {
    static func say(_ text: String) { print("martlet-agent: \(text)") }

    static func print(_ text: String) {
        let line = Array("\(text)\n".utf8)
        _ = line.withUnsafeBytes { write(STDERR_FILENO, $0.baseAddress, $0.count) }
    }
}
