/// What every object has beside its spec.
package struct ManifestMetadata: Sendable, Equatable {
    package var name: String
    package var labels: [String: String]

    package init(name: String, labels: [String: String] = [:]) {
        self.name = name
        self.labels = labels
    }

    /// `uid` and `revision` are what the server wrote; they are read so that `get -o yaml` can be applied again.
    static func read(_ fields: ManifestFields?, kind: ManifestKind) -> ManifestMetadata? {
        guard let fields else { return nil }
        fields.allow(["name", "uid", "labels", "revision"])
        let labels = fields.texts("labels") ?? [:]
        fields.require("name", kind == .device ? "a device's uid or host name" : ResourceName.rule)
        let name = kind == .device ? fields.string("name") : fields.name("name")
        return name.map { ManifestMetadata(name: $0, labels: labels) }
    }
}
