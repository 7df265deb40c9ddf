import AgentPlugins
import DesiredState
import DurableFiles
import Glibc
package import PluginPackage

/// The statement of trust that root's side took last: checked there, kept where the agent's user cannot get at it, so that a core
/// that was taken over can neither write one nor bring back an old one.
package struct RootTrust: Sendable {
    private let folder: String
    private let anchorPaths: [String]
    private var path: String { folder + "/trust.json" }

    package init(_ configuration: AgentConfiguration) {
        folder = "\(configuration.dataDirectory)/\(RootPhase.folder)"
        anchorPaths = [configuration.rootCertificate] + configuration.operatorCertificates
    }

    /// What was taken last; nil before the first.
    package func statement() throws -> TrustStatement? {
        try text().map { try TrustStatement(json: JSONValue(parsing: Array($0.utf8))) }
    }

    private func text() throws -> String? {
        try FileBytes.read(path, limit: TrustStatement.maximumBytes).map { String(decoding: $0, as: UTF8.self) }
    }

    /// Keeps what an agent that was root had taken; not in the place of anything.
    func adopt(_ text: String) throws {
        guard try self.text() == nil else { return }
        try FileBytes.replace(path, with: Array(text.utf8), mode: 0o600)
    }

    /// Takes a signed statement, or the one that is there once more. Throws with the reason.
    package func take(_ bytes: [UInt8]) throws -> TrustStatement {
        guard let signed = try SignedTrust(json: JSONValue(parsing: bytes, maximumBytes: 1 << 20)) else {
            throw AgentError("expected \"document\" and \"signature\"")
        }
        // One at a time.
        let lock = open(folder, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC)
        guard lock >= 0, flock(lock, LOCK_EX) == 0 else { throw SystemError("lock \(folder)", errno) }
        defer { close(lock) }
        var status = stat()
        guard fstat(lock, &status) == 0, status.st_uid == geteuid() else {
            throw AgentError(
                "\(folder) belongs to uid \(status.st_uid), expected \(geteuid()): what is in it is not taken for ours")
        }
        let (former, formerText) = (try statement(), try text())
        if let former, formerText == signed.text { return former }
        let new = try signed.statement(signedBy: anchors(and: former))
        guard new.serial > former?.serial ?? 0 else {
            throw AgentError("its serial is \(new.serial), the device has \(former?.serial ?? 0)")
        }
        try FileBytes.replace(path, with: Array(signed.text.utf8), mode: 0o600)
        return new
    }

    private func anchors(and former: TrustStatement?) throws -> String {
        for path in anchorPaths { try RootPhase.assertRoots(path) }
        let own = try anchorPaths.map { String(decoding: try FileBytes.required($0, limit: 1 << 20), as: UTF8.self) }
        return (own + [former?.rootCertificates ?? ""]).joined(separator: "\n")
    }
}
