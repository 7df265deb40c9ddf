/// clamd.conf with a block that belongs to Martlet; the rest belongs to the administrator. clamd knows no includes, so the
/// block has to be in the file itself. Pure.
package struct ManagedConfiguration: Sendable, Hashable {
    static let begin = "# BEGIN martlet (settings of the policy; changes here are overwritten)"
    static let end = "# END martlet"
    /// Before an administrator's option that the block overrides.
    static let overridden = "#martlet# "

    /// The administrator's lines, as they were before the block.
    private var lines: [String]
    /// The block's options; nil when there is no block.
    package private(set) var managed: [ClamdOption]?

    package init(parsing text: String) {
        lines = []
        var block: [ClamdOption] = []
        var isInside = false
        var hasBlock = false
        for line in text.split(separator: "\n", omittingEmptySubsequences: false) {
            if line.hasPrefix("# BEGIN martlet") {
                isInside = true
                hasBlock = true
            } else if line.hasPrefix("# END martlet") {
                isInside = false
            } else if isInside {
                if let option = ClamdOption(line: line) { block.append(option) }
            } else {
                lines.append(String(line.hasPrefix(Self.overridden) ? line.dropFirst(Self.overridden.count) : line))
            }
        }
        while lines.last == "" { lines.removeLast() }
        managed = hasBlock ? block : nil
    }

    /// Options in force: the administrator's, those of the block instead of them.
    package var options: [ClamdOption] {
        let block = managed ?? []
        let names = Set(block.map(\.name)).intersection(ClamAVSettings.ownedOnce)
        return lines.compactMap { ClamdOption(line: $0) }.filter { !names.contains($0.name) } + block
    }

    package func value(_ name: String) -> String? { options.last { $0.name == name }?.value }

    /// The file with this block instead of the former one.
    package func text(managing options: [ClamdOption]) -> String {
        let names = Set(options.map(\.name)).intersection(ClamAVSettings.ownedOnce)
        let others = lines.map { line in
            guard let option = ClamdOption(line: line), names.contains(option.name) else { return line }
            return Self.overridden + line
        }
        return (others + [Self.begin] + options.map(\.line) + [Self.end, ""]).joined(separator: "\n")
    }
}
