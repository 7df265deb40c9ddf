internal import Synchronization

/// The grants that hold now; a statement of trust may change them while plugins run.
package final class GrantBook: Sendable {
    private let grants: Mutex<PluginGrants>

    package init(_ grants: PluginGrants = PluginGrants()) { self.grants = Mutex(grants) }

    package var current: PluginGrants { grants.withLock { $0 } }

    package func take(signedUnits: [String: Set<String>], signedPaths: [String: Set<String>]) {
        grants.withLock {
            $0.signedUnits = signedUnits
            $0.signedPaths = signedPaths
        }
    }
}
