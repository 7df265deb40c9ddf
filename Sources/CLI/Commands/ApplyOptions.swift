import ArgumentParser
import DesiredState
import Manifests
import NIOHTTP1

/// Options of `apply` and `diff`.
struct ApplyOptions: ParsableArguments {
    @Option(help: "The set that these manifests make up together.")
    var set: String?

    @Flag(help: "Delete what belongs to the set and is not named any more.")
    var prune = false

    @Option(help: "How many devices may be concerned, where the server asks.")
    var confirmDevices: Int?

    func check() throws {
        if let set, !ResourceName.isValid(set) {
            throw ValidationError("--set: expected \(ResourceName.rule), got \(set)")
        }
        guard set != nil || !prune else {
            throw ValidationError("--prune goes with --set NAME: only what was applied with that set is deleted")
        }
        if let confirmDevices, !(0...10_000_000).contains(confirmDevices) {
            throw ValidationError("--confirm-devices: expected a number from 0 to 10000000, got \(confirmDevices)")
        }
    }

    /// Errors name the files and lines that the manifests came from.
    func apply(_ source: ManifestSource, dryRun: Bool, with client: APIClient) async throws -> JSONValue {
        let query: [(String, String?)] = [
            ("dryRun", dryRun ? "true" : nil), ("set", set), ("prune", prune ? "true" : nil),
            ("confirmDevices", confirmDevices.map { String($0) }),
        ]
        do {
            return try await client.send(
                .POST, ["apply"], query: query, body: Array(source.text.utf8), contentType: "application/yaml")
        } catch {
            throw error.problem.map(source.locating) ?? error
        }
    }

    /// Devices that rules bring elsewhere, one a line.
    static func moves(_ answer: JSONValue) -> [String] {
        let moves = answer["moves"]?.arrayValue ?? []
        let lines = moves.map { move in
            let name = move.text(at: "hostname").flatMap { $0.isEmpty ? nil : $0 } ?? move.text(at: "device") ?? "?"
            let because = move.text(at: "because").flatMap { $0.isEmpty ? nil : $0 } ?? "no rule holds"
            return Terminal.escaped(
                "  \(name): \(move.text(at: "from") ?? "?") -> \(move.text(at: "to") ?? "?") (\(because))")
        }
        let more = Int(answer["moved"]?.integerValue ?? 0) - moves.count
        return more > 0 ? lines + ["  and \(more) more devices"] : lines
    }

    /// Settings that locks keep from having an effect, one a line.
    static func conflicts(_ answer: JSONValue) -> [String] {
        let conflicts = answer["conflicts"]?.arrayValue ?? []
        let lines = conflicts.map { conflict in
            let verb = conflict["cause"] == "lock" ? "loses its effect" : "has no effect"
            let profile = conflict.text(at: "profile").map { ", profile \($0)" } ?? ""
            let value = conflict["value"].map(CanonicalJSON.text) ?? "?"
            let inForce = conflict["inForce"].map { "\(CanonicalJSON.text($0)) is in force" } ?? "nothing is in force"
            return Terminal.escaped(
                "  ! \(conflict.text(at: "kind") ?? "?") \(conflict.text(at: "name") ?? "?")\(profile): "
                    + "\(conflict.text(at: "path") ?? "?"): \(value) \(verb): "
                    + "\(conflict.text(at: "lockedBy") ?? "?") locks \(conflict.text(at: "lock") ?? "?"); \(inForce)")
        }
        let more = Int(answer["conflicting"]?.integerValue ?? 0) - conflicts.count
        return more > 0 ? lines + ["  and \(more) more settings without effect"] : lines
    }

    static func summary(_ answer: JSONValue) -> String {
        let count = answer["devices"]?.integerValue ?? 0
        let dry = answer["dryRun"] == .bool(true)
        return
            "\(count) device\(count == 1 ? "" : "s") \(dry ? "would be concerned; nothing was changed" : "concerned")"
    }
}
