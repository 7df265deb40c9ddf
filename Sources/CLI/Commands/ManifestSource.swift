import Foundation
import Manifests

/// The texts of all manifests of one `apply`, joined, and where each line came from.
struct ManifestSource {
    private(set) var text = ""
    private var files: [(name: String, firstLine: Int)] = []
    private var lines = 0

    /// Reads and checks every file here already. Throws `invalidInput` with all problems.
    static func read(_ paths: [String]) throws(CLIError) -> ManifestSource {
        var source = ManifestSource()
        var problems: [FieldProblem] = []
        var found: [Manifest] = []
        var empty: [String] = []
        for path in paths {
            for file in try expand(path) {
                let text = try contents(of: file)
                do {
                    let manifests = try ManifestDecoder.decode(text, file: file)
                    if manifests.isEmpty { empty.append(file) }
                    found += manifests
                } catch {
                    problems += error.problems
                }
                source.append(text, file: file)
            }
        }
        problems += ManifestDecoder.repeated(found)
        guard problems.isEmpty else {
            throw CLIError(.invalidInput, "nothing was applied\n" + problems.map { "  \($0)" }.joined(separator: "\n"))
        }
        guard !found.isEmpty else {
            throw CLIError(.invalidInput, "no manifest in \(empty.joined(separator: ", "))")
        }
        for file in empty { Terminal.say("no manifest in \(file)") }
        return source
    }

    private mutating func append(_ text: String, file: String) {
        if lines > 0 {
            self.text += "---\n"
            lines += 1
        }
        files.append((file, lines + 1))
        self.text += text.hasSuffix("\n") ? text : text + "\n"
        lines += text.split(separator: "\n", omittingEmptySubsequences: false).count - (text.hasSuffix("\n") ? 1 : 0)
    }

    /// File and line there of a line in the joined text.
    func place(ofLine line: Int) -> (file: String, line: Int)? {
        files.last { $0.firstLine <= line }.map { ($0.name, line - $0.firstLine + 1) }
    }

    private static func expand(_ path: String) throws(CLIError) -> [String] {
        var isDirectory: ObjCBool = false
        if path == "-" { return [path] }
        guard FileManager.default.fileExists(atPath: path, isDirectory: &isDirectory) else {
            throw CLIError(.invalidInput, "no file or directory \(path)")
        }
        guard isDirectory.boolValue else { return [path] }
        let names = FileManager.default.enumerator(atPath: path)?.compactMap { $0 as? String } ?? []
        let files = names.filter { name in ["yaml", "yml", "json"].contains { name.hasSuffix("." + $0) } }.sorted()
        guard !files.isEmpty else { throw CLIError(.invalidInput, "no .yaml, .yml or .json file in \(path)") }
        return files.map { path.hasSuffix("/") ? path + $0 : path + "/" + $0 }
    }

    private static func contents(of file: String) throws(CLIError) -> String {
        let data = file == "-" ? try? FileHandle.standardInput.readToEnd() : FileManager.default.contents(atPath: file)
        guard let data, let text = String(validating: data, as: UTF8.self) else {
            throw CLIError(.invalidInput, "\(file): expected readable text in UTF-8")
        }
        return text
    }
}

extension ManifestSource {
    /// The server saw one text: its lines become those of our files.
    func locating(_ problem: APIProblem) -> CLIError {
        var located = problem
        for index in located.places.indices {
            guard let line = located.places[index].line, let place = place(ofLine: line) else { continue }
            located.places[index].file = place.file
            located.places[index].line = place.line
        }
        return located.error
    }
}
