package import Manifests

/// What an `apply` did, or would do.
package struct ApplyResult: Sendable, Equatable {
    package enum Action: String, Sendable {
        case created, changed, unchanged
    }

    package struct Change: Sendable, Equatable {
        package var kind: ManifestKind
        package var name: String
        package var action: Action
    }

    package var changes: [Change] = []
    /// Devices that the changes concern.
    package var devices = 0
}
