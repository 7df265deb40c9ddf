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
    private let rootsPath: String
    private let rootsChanged: @Sendable () async -> Void
    private let logger: Logger
    private let helper: PrivilegedHelper?
    /// Authorities of the statement that is kept are where connections look for them.
    private var isInForce = true

    /// `helper` is asked first: what it does not take grants nothing.
    /// `anchorPaths`: PEM files of certificates that may sign; they belong to the host's owner.
    /// `rootsPath`: where authorities of the statement are kept for connections; `rootsChanged` is called when they are others.
    package init(
        store: AgentStore, anchorPaths: [String], grants: GrantBook, rootsPath: String,
        rootsChanged: @escaping @Sendable () async -> Void, helper: PrivilegedHelper? = nil, logger: Logger
    ) {
        self.helper = helper
        self.grants = grants
        self.rootsPath = rootsPath
        self.rootsChanged = rootsChanged
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
        await putInForce(await statement())
    }

    /// Takes an entry `martlet.trust` of the device's document.
    package func take(_ json: JSONValue) async -> TrustOutcome {
        guard let signed = SignedTrust(json: json) else { return .refused("expected \"document\" and \"signature\"") }
        do {
            if let refusal = await helper?.take(trust: CanonicalJSON.encode(json)) {
                return refusal.isPassing ? .later(refusal.reason) : .refused(refusal.reason)
            }
            let stored = try await store.trustText()
            if stored != signed.text {
                if let reason = try await refusal(of: signed, stored: stored) { return .refused(reason) }
            } else if !isInForce {
                await putInForce(await statement())
            }
            return isInForce ? .taken : .later("the authorities that it names could not be kept")
        } catch let error as SystemError {
            return .later(told("\(error)"))
        } catch let error as SQLiteError {
            return .later(told("\(error)"))
        } catch {
            return .refused(told("\(error)"))
        }
    }

    /// Keeps another statement than the one that is there and puts it in force. Why it is not taken; nil when it is.
    private func refusal(of signed: SignedTrust, stored: String?) async throws -> String? {
        let new = try signed.statement(signedBy: await anchors())
        // Also of a statement whose other words this agent does not know.
        let old = try stored.map { try JSONValue(parsing: Array($0.utf8))["serial"]?.integerValue ?? .max } ?? 0
        guard new.serial > old else {
            return "its serial is \(new.serial), the device has \(old): an older statement, or another with its number"
        }
        try await store.keep(trustText: signed.text)
        await putInForce(new)
        let vendors = new.vendors.map(\.name).joined(separator: ", ")
        logger.notice("another statement of trust", metadata: ["serial": "\(new.serial)", "vendors": "\(vendors)"])
        return nil
    }

    private func told(_ reason: String) -> String {
        logger.warning("a statement of trust was not taken", metadata: ["reason": "\(reason)"])
        return reason
    }

    private func putInForce(_ statement: TrustStatement) async {
        grants.take(signedUnits: statement.units, signedPaths: statement.paths)
        let roots = Array(statement.rootCertificates.utf8)
        isInForce = false
        do {
            if try FileBytes.read(rootsPath) ?? [] == roots { return isInForce = true }
            try FileBytes.replace(rootsPath, with: roots, mode: 0o600)
            isInForce = true
        } catch {
            return logger.error("authorities could not be kept", metadata: ["error": "\(error)"])
        }
        await rootsChanged()
    }

    private func anchors() async throws -> String {
        let own = try anchorPaths.map { String(decoding: try FileBytes.required($0, limit: 1 << 20), as: UTF8.self) }
            .joined(separator: "\n")
        return own + "\n" + (await statement()).rootCertificates
    }
}
