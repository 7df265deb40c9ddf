package import DesiredState
package import Manifests

/// What an `apply` did, or would do.
package struct ApplyResult: Sendable, Equatable {
    package enum Action: String, Sendable {
        case created, changed, unchanged, deleted
    }

    package struct Change: Sendable, Equatable {
        package var kind: ManifestKind
        package var name: String
        package var action: Action
        /// What differs, place by place, from `labels` and `spec` on.
        package var differences: [JSONDifference] = []
    }

    package var changes: [Change] = []
    /// Devices that the changes concern.
    package var devices = 0
    /// Devices that rules bring to another group: how many, and the first of them.
    package var moved = 0
    package var moves: [DeviceMove] = []

    /// Settings that have no effect, since a group above locks them: how many, and the first of them.
    package var conflicting = 0
    package var conflicts: [LockConflict] = []

    package static let mostMovesShown = 1_000
    package static let mostConflictsShown = 1_000

    package init() {}

    package mutating func add(_ new: [LockConflict]) {
        conflicting += new.count
        conflicts += new.prefix(Self.mostConflictsShown - conflicts.count)
    }

    mutating func add(_ new: [DeviceMove]) {
        moved += new.count
        moves += new.prefix(Self.mostMovesShown - moves.count)
    }
}
