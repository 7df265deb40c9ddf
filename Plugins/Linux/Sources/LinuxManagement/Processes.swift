internal import Glibc

/// The processes of the machine: number, parent, state, resident memory and name. Without arguments, which may hold secrets.
enum Processes {
    static var text: String {
        guard let directory = opendir("/proc") else { return "" }
        defer { closedir(directory) }
        var lines: [(pid: Int, line: String)] = []
        while let entry = readdir(directory) {
            let name = withUnsafeBytes(of: entry.pointee.d_name) {
                String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self)
            }
            if let pid = Int(name), let line = line(of: pid) { lines.append((pid, line)) }
        }
        return lines.sorted { $0.pid < $1.pid }.map(\.line).joined(separator: "\n") + "\n"
    }

    private static func line(of pid: Int) -> String? {
        guard let file = fopen("/proc/\(pid)/stat", "re") else { return nil }
        defer { fclose(file) }
        var buffer = [UInt8](repeating: 0, count: 4_096)
        let text = String(decoding: buffer[..<fread(&buffer, 1, buffer.count, file)], as: UTF8.self)
        return line(stat: text)
    }

    /// nil when the text is not that of /proc/PID/stat.
    static func line(stat text: String) -> String? {
        guard let open = text.firstIndex(of: "("), let end = text.lastIndex(of: ")"), open < end else { return nil }
        let words = text[text.index(after: end)...].split(separator: " ")
        guard words.count > 21, let pages = Int(words[21]) else { return nil }
        let name = text[text.index(after: open)..<end]
        return "\(text[..<open])\(words[1]) \(words[0]) \(pages * 4) KiB \(name)"
    }
}
