/// What clamd answers to SCAN of one file.
package enum ScanAnswer: Sendable, Hashable {
    case clean
    case threat(String)
    case excluded
    case failed(String)

    /// "PATH: OK", "PATH: NAME FOUND", "PATH: Excluded", "PATH: REASON ERROR".
    package init(answer: String, path: String) {
        let verdict = answer.hasPrefix("\(path): ") ? String(answer.dropFirst(path.count + 2)) : answer
        if verdict == "OK" || verdict == "Empty file" {
            self = .clean
        } else if verdict == "Excluded" {
            self = .excluded
        } else if verdict.hasSuffix(" FOUND") {
            self = .threat(String(verdict.dropLast(" FOUND".count)))
        } else {
            self = .failed(verdict.isEmpty ? "clamd gave no answer" : verdict)
        }
    }
}
