/// A secret that a device may have, without its value.
package struct SecretReference: Sendable, Hashable {
    /// The application whose plugin may have it.
    package var application: String
    /// Another one whenever the value is another.
    package var version: String

    package init(application: String, version: String) {
        self.application = application
        self.version = version
    }

    package var json: JSONValue { ["application": .string(application), "version": .string(version)] }

    init(_ json: JSONValue, name: String) throws(DocumentError) {
        guard let application = json["application"]?.stringValue, let version = json["version"]?.stringValue else {
            throw DocumentError(
                entry: DeviceDocument.secretsEntry, reason: "secret \(name): expected its application and version")
        }
        self.init(application: application, version: version)
    }
}
