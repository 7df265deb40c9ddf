import Foundation

/// Secrets come from files or from standard input (`-`), never from an argument that other processes can see.
enum SecretFile {
    static func read(_ path: String) throws(CLIError) -> String {
        let data: Data
        if path == "-" {
            data = (try? FileHandle.standardInput.readToEnd()) ?? Data()
        } else {
            guard let contents = FileManager.default.contents(atPath: path) else {
                throw CLIError(.invalidInput, "cannot read the token from \(path)")
            }
            data = contents
        }
        let text = String(decoding: data, as: UTF8.self).trimmingCharacters(in: .whitespacesAndNewlines)
        guard !text.isEmpty else {
            throw CLIError(.invalidInput, "no token in \(path == "-" ? "standard input" : path)")
        }
        return text
    }
}
