internal import DesiredState

/// How a service unit is.
package struct UnitState: Sendable, Hashable {
    package enum Word: String, Sendable, Hashable, CaseIterable {
        case running, stopped, failed
        /// On its way to one of these.
        case changing
        case notFound = "not-found"
        /// What the service manager says has no word here.
        case unknown
    }

    package var word: Word
    /// The service manager's own words; may be empty.
    package var detail: String

    package init(_ word: Word, detail: String = "") {
        self.word = word
        self.detail = detail
    }

    /// What `systemctl show` prints of LoadState, ActiveState and SubState.
    package init(systemd text: String) {
        var values: [Substring: Substring] = [:]
        for line in text.split(separator: "\n") {
            guard let equals = line.firstIndex(of: "=") else { continue }
            values[line[..<equals]] = line[line.index(after: equals)...]
        }
        let active = values["ActiveState"] ?? ""
        if values["LoadState"] == "not-found", active != "active" {
            word = .notFound
        } else {
            word =
                switch active {
                case "active", "reloading", "refreshing": .running
                case "inactive": .stopped
                case "failed": .failed
                case "activating", "deactivating", "maintenance": .changing
                default: .unknown
                }
        }
        detail = LogText.escape([active, values["SubState"] ?? ""].filter { !$0.isEmpty }.joined(separator: " "))
    }

    /// As martlet.service/1 has it.
    package var document: [UInt8] {
        CanonicalJSON.encode(["state": .string(word.rawValue), "detail": .string(detail)])
    }
}
