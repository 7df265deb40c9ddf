import DesiredState
import Foundation

/// A JSON document given on the command line, or in the file that follows an @.
enum JSONArgument {
    static func parse(_ text: String, of option: String) throws(CLIError) -> JSONValue {
        var bytes = Array(text.utf8)
        if text.hasPrefix("@") {
            let path = String(text.dropFirst())
            guard let data = FileManager.default.contents(atPath: path) else {
                throw CLIError(.notFound, "\(option): \(path) cannot be read")
            }
            bytes = Array(data)
        }
        do throws(JSONError) { return try JSONValue(parsing: bytes) } catch {
            throw CLIError(.invalidInput, "\(option): expected a JSON document: \(error)")
        }
    }
}
