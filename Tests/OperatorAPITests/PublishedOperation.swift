import DesiredState
import DeviceProtocol
import NIOHTTP1
import OperatorAPI
import ServerCore

/// One operation of the published document, as a client that knows nothing else would read it.
struct PublishedOperation: CustomStringConvertible {
    let method: HTTPMethod
    let path: String
    let json: JSONValue

    var description: String { "\(method.rawValue) \(path)" }
    /// nil when no token is needed.
    var role: OperatorRole? { json["x-martlet-role"]?.stringValue.flatMap(OperatorRole.init(rawValue:)) }
    var roleOfDryRun: OperatorRole? {
        json["x-martlet-role-of-dry-run"]?.stringValue.flatMap(OperatorRole.init(rawValue:))
    }
    var statuses: Set<String> { Set((json["responses"]?.objectValue ?? [:]).keys) }

    static var all: [PublishedOperation] {
        let paths = OpenAPIDocument.json["paths"]?.objectValue ?? [:]
        return paths.keys.sorted().flatMap { path in
            (paths[path]?.objectValue ?? [:]).sorted { $0.key < $1.key }.map {
                PublishedOperation(method: HTTPMethod(rawValue: $0.key.uppercased()), path: path, json: $0.value)
            }
        }
    }

    /// Its path with something in the place of each parameter.
    func filled(device: DeviceUID, name: String) -> String {
        path.replacing("{device}", with: "\(device)").replacing("{name}", with: name)
            .replacing("{run}", with: "\(device)").replacing("{order}", with: "\(device)")
    }
}
