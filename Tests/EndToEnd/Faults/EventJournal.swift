import Foundation
import TestStage

/// The journal of the fixture plugin (Plugins/Fixture/Sources/fixture_journal.c): what it emitted, what it was told is
/// stored, and how far it may go.
struct EventJournal: Sendable {
    let path: String

    /// Highest number that was ever emitted.
    var emitted: UInt64 { number(in: path, at: 0) }
    /// Highest number that a flush confirmed; all below were confirmed as well.
    var confirmed: UInt64 { number(in: path + ".confirmed", at: 0) }
    var allowed: UInt64 { number(in: path, at: 8) }

    /// Lets the plugin go on to this number.
    func allow(through number: UInt64) throws {
        let file = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
        defer { close(file) }
        var value = number
        guard file >= 0, pwrite(file, &value, 8, 8) == 8 else { throw NotInTime(description: "\(path): \(errno)") }
    }

    func allow(more count: UInt64) throws { try allow(through: max(allowed, emitted) + count) }

    private func number(in path: String, at offset: Int) -> UInt64 {
        let file = open(path, O_RDONLY | O_CLOEXEC)
        guard file >= 0 else { return 0 }
        defer { close(file) }
        var value: UInt64 = 0
        return pread(file, &value, 8, off_t(offset)) == 8 ? value : 0
    }

    /// The number in an event's id; nil for an event of somebody else.
    static func number(of id: [UInt8]) -> UInt64? {
        guard id.count == 16, id.starts(with: "journal:".utf8) else { return nil }
        return id[8...].reduce(0) { $0 << 8 | UInt64($1) }
    }
}
