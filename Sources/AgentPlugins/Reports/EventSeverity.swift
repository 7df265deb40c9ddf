/// The last two travel in the urgent stream.
package enum EventSeverity: Int, Sendable, Hashable, CaseIterable, Comparable {
    case info = 1
    case warning = 2
    case failure = 3
    case critical = 4

    package static func < (a: EventSeverity, b: EventSeverity) -> Bool { a.rawValue < b.rawValue }
}
