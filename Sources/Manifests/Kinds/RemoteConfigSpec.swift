package import DesiredState

/// Configuration for OpAMP clients that are not Martlet's agents: entries of OpAMP's remote configuration, by name.
package struct RemoteConfigSpec: Sendable, Equatable {
    /// Bytes of an entry's name.
    package static let longestName = 255

    package var scope: TaskScope
    /// The bodies. A name may be empty: clients that have one configuration call it so.
    package var entries: [String: JSONValue]

    init?(_ fields: ManifestFields) {
        fields.allow(["scope", "entries"])
        fields.require("scope", "an object with group or devices")
        fields.require("entries", "an object of objects, by name")
        let entries = fields.objects("entries")
        for name in entries?.keys.sorted() ?? [] where name.utf8.count > Self.longestName {
            fields.refuse("entries", expected: "names of at most \(Self.longestName) bytes", got: "\(name.prefix(40))…")
        }
        guard let scope = fields.object("scope").flatMap(TaskScope.read), let entries else { return nil }
        self.scope = scope
        self.entries = entries
    }

    package var json: JSONValue { ["scope": scope.json, "entries": .object(entries)] }
}
