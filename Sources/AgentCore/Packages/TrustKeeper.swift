package import AgentPlugins
package import DesiredState
import DurableFiles
package import Logging
package import PluginPackage

/// What the device trusts: a statement that the offline root or an operator's key signed, however it came. It stays when the
/// server takes it back, and an older one never takes its place.
package actor TrustKeeper {
    private let store: AgentStore
    private let anchorPaths: [String]
    private let grants: GrantBook
    private let logger: Logger

    /// `anchorPaths`: PEM files of certificates that may sign; they belong to the host's owner.
    package init(store: AgentStore, anchorPaths: [String], grants: GrantBook, logger: Logger) {
        self.grants = grants
        self.store = store
        self.anchorPaths = anchorPaths
        self.logger = logger
    }

    /// What is trusted now; nobody before the first statement.
    package func statement() async -> TrustStatement {
        do {
            guard let text = try await store.trustText() else { return TrustStatement(serial: 0) }
            return try TrustStatement(json: JSONValue(parsing: Array(text.utf8)))
        } catch {
            logger.error("the statement of trust cannot be read: nobody is trusted", metadata: ["error": "\(error)"])
            return TrustStatement(serial: 0)
        }
    }

    /// Before plugins are started: what the statement grants.
    package func begin() async {
        let statement = await statement()
        grants.take(signedUnits: statement.units, signedPaths: statement.paths)
    }

    /// Takes an entry `martlet.trust` of the device's document. Returns why it was not taken; nil when it was.
    package func take(_ json: JSONValue) async -> String? {
        guard let signed = SignedTrust(json: json) else { return "expected \"document\" and \"signature\"" }
        do {
            if try await store.trustText() == signed.text { return nil }
            let new = try signed.statement(signedBy: anchors())
            let old = await statement()
            guard new.serial > old.serial else {
                return
                    "its serial is \(new.serial), the device has \(old.serial): an older statement, or another with its number"
            }
            try await store.keep(trustText: signed.text)
            grants.take(signedUnits: new.units, signedPaths: new.paths)
            let vendors = new.vendors.map(\.name).joined(separator: ", ")
            logger.notice("another statement of trust", metadata: ["serial": "\(new.serial)", "vendors": "\(vendors)"])
            return nil
        } catch {
            logger.warning("a statement of trust was not taken", metadata: ["reason": "\(error)"])
            return "\(error)"
        }
    }

    private func anchors() throws -> String {
        try anchorPaths.map { String(decoding: try FileBytes.required($0, limit: 1 << 20), as: UTF8.self) }
            .joined(separator: "\n")
    }
}
