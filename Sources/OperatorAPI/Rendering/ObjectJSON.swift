import DesiredState
import Manifests
import ServerCore

/// The frame that every object has.
enum ObjectJSON {
    static func make(
        kind: String, name: String, uid: String? = nil, labels: [String: String] = [:], revision: Int64? = nil,
        spec: JSONValue? = nil, status: JSONValue? = nil
    ) -> JSONValue {
        .object(
            fields: [
                "apiVersion": .string(Manifest.apiVersion), "kind": .string(kind),
                "metadata": .object(
                    fields: [
                        "name": .string(name), "uid": .text(uid),
                        "labels": labels.isEmpty ? nil : .object(labels.mapValues { .string($0) }),
                        "revision": .number(revision),
                    ]), "spec": spec, "status": status,
            ])
    }

    /// `deployment`: of a policy or a task, how far the devices that it concerns are.
    static func declared(_ object: DeclaredObject, deployment: DeploymentCounts? = nil) -> JSONValue {
        make(
            kind: object.kind.rawValue, name: object.name, uid: "\(object.uid)", labels: object.labels,
            revision: object.revision, spec: object.specJSON,
            status: .object(
                fields: [
                    "created": .time(object.createdAt), "updated": .time(object.updatedAt),
                    "valueSet": object.valueAt.flatMap { .time($0) },
                    "devices": deployment.map(DeploymentJSON.counts),
                ]))
    }
}
