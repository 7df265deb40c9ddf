package import Logging

/// One line of a log: time, level, area, message, keys. Text that came from elsewhere cannot break out of its line.
package enum LogLine {
    package static func text(
        time: Int64, level: Logger.Level, area: String, message: String, metadata: [(String, String)]
    ) -> String {
        var line = "\(Timestamp.text(time)) \(level.rawValue) \(area): \(escape(message))"
        for (key, value) in metadata { line += " \(key)=\(quote(value))" }
        return line + "\n"
    }

    package static func json(
        time: Int64, level: Logger.Level, area: String, message: String, metadata: [(String, String)]
    ) -> String {
        let fields = [("time", Timestamp.text(time)), ("level", level.rawValue), ("area", area), ("message", message)]
        return "{" + (fields + metadata).map { "\(string($0)):\(string($1))" }.joined(separator: ",") + "}\n"
    }

    private static func quote(_ value: String) -> String {
        let plain = value.utf8.allSatisfy {
            $0 > 0x20 && $0 < 0x7F && $0 != UInt8(ascii: "\"") && $0 != UInt8(ascii: "=")
        }
        return plain && !value.isEmpty ? value : string(value)
    }

    private static func string(_ value: String) -> String {
        "\"" + escape(value).reduce(into: "") { $0 += $1 == "\"" ? "\\\"" : String($1) } + "\""
    }

    /// Control characters become visible; a backslash is doubled so that none is mistaken for one.
    private static func escape(_ text: String) -> String {
        var out = ""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\n": out += "\\n"
            case "\r": out += "\\r"
            case "\t": out += "\\t"
            case "\\": out += "\\\\"
            case let other where other.value < 0x20 || (0x7F..<0xA0).contains(other.value):
                let digits = String(other.value, radix: 16)
                out += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
            default: out.unicodeScalars.append(scalar)
            }
        }
        return out
    }
}
