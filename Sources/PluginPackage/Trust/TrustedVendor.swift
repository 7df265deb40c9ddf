package import DesiredState

/// Whose packages may run, and which ones.
package struct TrustedVendor: Sendable, Hashable {
    package let name: String
    /// Ids of plugins: one in full, or the beginning of several with a star, like `com.example.*`.
    package let plugins: [String]
    /// PEM: the vendor's signing certificates, or who issues them.
    package let certificates: String

    package func mayShip(_ plugin: String) -> Bool {
        plugins.contains { $0.hasSuffix(".*") ? plugin.hasPrefix($0.dropLast()) : $0 == plugin }
    }

    package static func isPattern(_ text: String) -> Bool {
        let stem = text.hasSuffix(".*") ? String(text.dropLast(2)) : text
        return PluginManifest.isIdentifier(stem) || (text.hasSuffix(".*") && PluginManifest.isIdentifier("x." + stem))
    }

    package var json: JSONValue {
        [
            "name": .string(name), "plugins": .array(plugins.map { .string($0) }),
            "certificates": .string(certificates),
        ]
    }

    init(json: JSONValue, at path: String) throws(TrustError) {
        for key in json.objectValue?.keys.sorted() ?? [] where !["name", "plugins", "certificates"].contains(key) {
            throw TrustError("\(path).\(key)", expected: "name, plugins or certificates")
        }
        guard let name = json["name"]?.stringValue, !name.isEmpty else {
            throw TrustError("\(path).name", expected: "the vendor's name")
        }
        let patterns = json["plugins"]?.arrayValue?.map(\.stringValue) ?? []
        guard !patterns.isEmpty, patterns.allSatisfy({ $0.map(Self.isPattern) ?? false }) else {
            throw TrustError("\(path).plugins", expected: "ids of plugins, like com.example.cache or com.example.*")
        }
        guard let pem = json["certificates"]?.stringValue, DetachedSignature.areCertificates(pem) else {
            throw TrustError("\(path).certificates", expected: "certificates in PEM")
        }
        self.name = name
        plugins = patterns.compactMap(\.self)
        certificates = pem
    }
}
