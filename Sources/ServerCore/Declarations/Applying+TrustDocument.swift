import DesiredState
import Manifests
import PluginPackage
import ServerStore

extension Applying {
    mutating func apply(_ spec: TrustDocumentSpec, of manifest: Manifest) throws -> ApplyResult.Action? {
        let name = manifest.metadata.name
        guard let signature = Digest.bytes(hex: spec.signature) else {
            problems.append(
                manifest.problem(
                    at: "spec.signature", expected: "hexadecimal digits, as martlet trust sign writes them",
                    got: "something else"))
            return nil
        }
        let statement: TrustStatement
        do {
            statement = try SignedTrust(text: spec.document, signature: signature).statement(signedBy: trustAnchors)
        } catch {
            problems.append(manifest.problem(at: "spec", expected: "a statement that devices take", got: "\(error)"))
            return nil
        }
        if let other = try transaction.first("SELECT name FROM trust_documents WHERE name <> $1", [.text(name)]) {
            problems.append(
                manifest.problem(
                    at: "metadata.name", expected: "the fleet's one TrustDocument, \"\(try other.text("name"))\"",
                    got: name))
            return nil
        }
        let existing = try existing(.trustDocument, name)
        let serial = try transaction.first("SELECT serial FROM trust_documents WHERE name = $1", [.text(name)])?
            .integer("serial")
        if let serial, existing?.specJSON != spec.json, statement.serial <= serial {
            problems.append(
                manifest.problem(
                    at: "spec.document", expected: "a serial above \(serial), which devices have",
                    got: "\(statement.serial)"))
            return nil
        }
        let action = try store(
            manifest, in: "trust_documents", columns: ["serial": .integer(statement.serial)], existing: existing)
        if action != .unchanged { try touchSubtree(of: GroupRecord.root) }
        return action
    }
}
