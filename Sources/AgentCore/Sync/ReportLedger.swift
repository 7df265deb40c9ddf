import DeviceProtocol

/// What the server is known to hold of this device's state, and so what must be told.
struct ReportLedger: Sendable {
    /// Parts as the server acknowledged them; nil after a start, when only the whole is known.
    private(set) var parts: [StatePart: [UInt8]]?
    /// Digest of the whole as acknowledged; empty when nothing is known.
    private(set) var total: [UInt8]
    private var entries: Set<String>?

    init(acknowledged total: [UInt8]) { self.total = total }

    /// Which parts to send, and on which base they lie: nil for a full report or one that changes nothing.
    func selection(for report: StateReport) -> (parts: Set<StatePart>, base: [UInt8]?) {
        if report.total == total { return ([], nil) }
        // An entry that is gone cannot be said in a delta.
        let names = Set(report.applied.map(\.entry))
        guard let parts, let entries, entries.isSubset(of: names) else { return (Set(StatePart.allCases), nil) }
        let changed = StatePart.allCases.filter { parts[$0] != report.digests[$0] }
        return (Set(changed), total)
    }

    mutating func acknowledge(_ report: StateReport) {
        parts = report.digests
        entries = Set(report.applied.map(\.entry))
        total = report.total
    }

    /// The server holds something else: the next report is full.
    mutating func forget() {
        parts = nil
        entries = nil
        total = []
    }
}
