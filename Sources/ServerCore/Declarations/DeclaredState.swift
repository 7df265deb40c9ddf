import DesiredState
import Manifests
import ServerStore

/// Where each kind lives in the store.
enum DeclaredState {
    static func table(_ kind: ManifestKind) -> String {
        switch kind {
        case .group: "groups"
        case .secret: "secrets"
        case .policy: "policies"
        case .task: "tasks"
        case .remoteConfig: "remote_configs"
        case .trustDocument: "trust_documents"
        case .pluginPackage: "plugin_packages"
        case .enrollmentToken: "enrollment_tokens"
        case .device: "devices"
        case .applicationSettings: "application_settings"
        }
    }

    /// Not for devices, whose spec is in columns.
    static func find(_ kind: ManifestKind, name: String, in reader: any SQLReader) throws -> DeclaredObject? {
        try reader.first("SELECT * FROM \(table(kind)) WHERE name = $1", [.text(name)])
            .map { try DeclaredObject(kind: kind, row: $0) }
    }

    struct Current {
        var name: String
        var labels: [String: String]
        var revision: Int64
        var spec: JSONValue

        /// What operators wrote of it.
        var shown: JSONValue {
            labels.isEmpty
                ? ["spec": spec] : ["labels": .object(labels.mapValues { .string($0) }), "spec": spec]
        }
    }

    /// Any kind. Throws `notFound`.
    static func read(_ kind: ManifestKind, name: String, in reader: any SQLReader) throws -> Current {
        if kind == .device {
            let device = try DeviceRecord.read(DeviceLookup.resolve(name, in: reader), in: reader)
            return Current(
                name: "\(device.uid)", labels: device.labels, revision: device.revision, spec: device.specJSON)
        }
        guard let object = try find(kind, name: name, in: reader) else {
            throw CoreError(.notFound, "no \(kind.rawValue) \"\(name)\"")
        }
        return Current(name: name, labels: object.labels, revision: object.revision, spec: object.specJSON)
    }
}
