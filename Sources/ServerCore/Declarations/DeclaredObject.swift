package import DesiredState
package import DeviceProtocol
package import Manifests
package import ServerStore

/// An object that an operator declared, as the store holds it.
package struct DeclaredObject: Sendable, Equatable {
    package var kind: ManifestKind
    package var name: String
    package var uid: Identifier
    package var labels: [String: String]
    package var revision: Int64
    package var specJSON: JSONValue
    package var createdAt: Int64
    package var updatedAt: Int64
    /// Of a secret: when it was last given a value, in µs; nil before.
    package var valueAt: Int64?

    package init(kind: ManifestKind, row: SQLRow) throws {
        self.kind = kind
        name = try row.text("name")
        guard let uid = Identifier(try row.blob("uid")) else {
            throw StoreError(.damaged, "\(kind.rawValue) \(name): uid is not 16 bytes")
        }
        self.uid = uid
        labels = try Labels.read(row.text("labels"))
        revision = try row.integer("revision")
        specJSON = try JSONValue(parsing: row.text("spec"))
        createdAt = try row.integer("created_at")
        updatedAt = try row.integer("updated_at")
        valueAt = kind == .secret ? try row.optionalInteger("value_at") : nil
    }

    package func spec() throws -> ManifestSpec { try ManifestSpec(kind, json: specJSON) }

    package func taskDefinition(_ spec: TaskSpec) -> TaskDefinition {
        var definition = TaskDefinition(
            name: name, uid: uid.bytes, application: spec.application, task: spec.task, parameters: spec.parameters,
            schedule: spec.schedule, timeLimit: spec.timeLimit)
        definition.randomDelay = spec.randomDelay
        definition.runWhenMissed = spec.runWhenMissed
        definition.retry = spec.retry
        definition.concurrency = spec.concurrency
        return definition
    }
}
