import DesiredState

/// What every object has beside its spec.
package struct ManifestMetadata: Sendable, Equatable {
    package var name: String
    package var labels: [String: String]
    /// What the file was made from; nil when it does not say.
    package var revision: Int64?

    package init(name: String, labels: [String: String] = [:], revision: Int64? = nil) {
        self.name = name
        self.labels = labels
        self.revision = revision
    }

    /// `uid` and `revision` are what the server wrote; they are read so that `get -o yaml` can be applied again, and does
    /// not overwrite what somebody else changed since.
    static func read(_ fields: ManifestFields?, kind: ManifestKind) -> ManifestMetadata? {
        guard let fields else { return nil }
        fields.allow(["name", "uid", "labels", "revision"])
        let labels = fields.texts("labels") ?? [:]
        fields.require("name", kind == .device ? "a device's uid or host name" : ResourceName.rule)
        let name = kind == .device ? fields.string("name") : fields.name("name")
        let revision = fields.integer("revision", in: 0...JSONValue.largestInteger)
        return name.map { ManifestMetadata(name: $0, labels: labels, revision: revision) }
    }
}
