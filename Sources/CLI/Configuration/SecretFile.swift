import Foundation

/// Secrets come from files or from standard input (`-`), never from an argument that other processes can see.
enum SecretFile {
    /// Everything, as it is. Throws `invalidInput` when the file cannot be read or is no text.
    static func contents(_ path: String, of what: String) throws(CLIError) -> String {
        let data = path == "-" ? try? FileHandle.standardInput.readToEnd() : FileManager.default.contents(atPath: path)
        guard let data else { throw CLIError(.invalidInput, "cannot read the \(what) from \(path)") }
        guard let text = String(validating: data, as: UTF8.self) else {
            throw CLIError(.invalidInput, "\(path): expected the \(what) as text in UTF-8")
        }
        return text
    }

    /// A token, without the white space around it.
    static func read(_ path: String) throws(CLIError) -> String {
        let text = try contents(path, of: "token").trimmingCharacters(in: .whitespacesAndNewlines)
        guard !text.isEmpty else {
            throw CLIError(.invalidInput, "no token in \(path == "-" ? "standard input" : path)")
        }
        return text
    }
}
