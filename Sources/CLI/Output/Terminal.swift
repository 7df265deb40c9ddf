import Foundation

/// Standard output for data, standard error for people. Both are flushed at once: whoever reads a pipe sees every line.
enum Terminal {
    /// A reader that has gone (`martlet get events | head`) ends the program quietly, as SIGPIPE would have.
    static func print(_ text: String) {
        do { try FileHandle.standardOutput.write(contentsOf: Data((text + "\n").utf8)) } catch { exit(141) }
    }

    static func say(_ text: String) { try? FileHandle.standardError.write(contentsOf: Data((text + "\n").utf8)) }
    static func error(_ text: String) { say("martlet: " + text) }

    /// Text from devices must not move the cursor, ring bells, break lines or turn the direction of writing.
    static func escaped(_ text: String) -> String {
        var out = ""
        for scalar in text.unicodeScalars {
            switch scalar.properties.generalCategory {
            case .control, .format, .lineSeparator, .paragraphSeparator:
                out += "\\u{\(String(scalar.value, radix: 16))}"
            default:
                out.unicodeScalars.append(scalar)
            }
        }
        return out
    }
}
