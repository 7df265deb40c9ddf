package import DesiredState

/// What a device is told to trust, in words that the offline root or an operator's key signed: a server can pass it on, and
/// cannot write it.
package struct TrustStatement: Sendable, Hashable {
    package static let maximumBytes = 256 << 10

    /// Grows with every statement: a device takes none with a lower number than it has.
    package var serial: Int64
    package var vendors: [TrustedVendor]
    /// SHA-256 of certificates whose signatures no longer count.
    package var revoked: Set<[UInt8]>
    /// Units that plugins may act on, by plugin; added to what the host's owner grants.
    package var units: [String: Set<String>]
    /// Files and folders that plugins may write, by plugin.
    package var paths: [String: Set<String>]
    /// By plugin: the oldest version to which a device that has a newer one may go back. Without it a device never does: old
    /// versions may have holes that are known by now.
    package var downgrades: [String: String]
    /// PEM: authorities whose servers the device trusts beside the one that it was installed with; empty for none. They may sign
    /// statements, too.
    package var rootCertificates: String

    package init(
        serial: Int64, vendors: [TrustedVendor] = [], revoked: Set<[UInt8]> = [], units: [String: Set<String>] = [:],
        paths: [String: Set<String>] = [:], downgrades: [String: String] = [:],
        rootCertificates: String = ""
    ) {
        self.rootCertificates = rootCertificates
        self.downgrades = downgrades
        self.paths = paths
        self.serial = serial
        self.vendors = vendors
        self.revoked = revoked
        self.units = units
    }

    package init(json: JSONValue) throws(TrustError) {
        guard let members = json.objectValue else { throw TrustError("", expected: "an object") }
        let known = ["serial", "vendors", "revoked", "grants", "downgrades", "rootCertificates"]
        for key in members.keys.sorted() where !known.contains(key) {
            throw TrustError(key, expected: "one of \(known.joined(separator: ", "))")
        }
        guard let serial = json["serial"]?.integerValue, serial > 0 else {
            throw TrustError("serial", expected: "a number above 0 that is higher than that of the statement before")
        }
        var vendors: [TrustedVendor] = []
        for (index, vendor) in try Self.list(json["vendors"], "vendors").enumerated() {
            vendors.append(try TrustedVendor(json: vendor, at: "vendors.\(index)"))
        }
        var revoked: Set<[UInt8]> = []
        for (index, value) in try Self.list(json["revoked"], "revoked").enumerated() {
            let text = value.stringValue.map { $0.filter { $0 != ":" } }
            guard let bytes = text.flatMap(Digest.bytes(hex:)), bytes.count == 32 else {
                throw TrustError("revoked.\(index)", expected: "SHA-256 of a certificate, 64 hexadecimal digits")
            }
            revoked.insert(bytes)
        }
        self.init(
            serial: serial, vendors: vendors, revoked: revoked,
            units: try Self.grants(json["grants"], "units", PluginUnitGrant.isPlain),
            paths: try Self.grants(json["grants"], "paths", PluginPathGrant.isPlain),
            downgrades: try Self.downgrades(json["downgrades"]),
            rootCertificates: try Self.certificates(json["rootCertificates"]))
    }

    package func mayGoBack(_ plugin: String, to version: String) -> Bool {
        downgrades[plugin].map { PluginVersion(version) >= PluginVersion($0) } ?? false
    }

    package var json: JSONValue {
        var members: [String: JSONValue] = ["serial": .integer(serial)]
        if !vendors.isEmpty { members["vendors"] = .array(vendors.map(\.json)) }
        if !revoked.isEmpty { members["revoked"] = .array(revoked.map(Digest.hex).sorted().map { .string($0) }) }
        var grants: [String: [String: JSONValue]] = [:]
        for (what, granted) in [("units", units), ("paths", paths)] {
            for (plugin, names) in granted {
                grants[plugin, default: [:]][what] = .array(names.sorted().map { .string($0) })
            }
        }
        if !grants.isEmpty { members["grants"] = .object(grants.mapValues { .object($0) }) }
        if !downgrades.isEmpty { members["downgrades"] = .object(downgrades.mapValues { .string($0) }) }
        if !rootCertificates.isEmpty { members["rootCertificates"] = .string(rootCertificates) }
        return .object(members)
    }

    private static func certificates(_ json: JSONValue?) throws(TrustError) -> String {
        guard let json else { return "" }
        guard let pem = json.stringValue, DetachedSignature.areCertificates(pem) else {
            throw TrustError("rootCertificates", expected: "certificates in PEM")
        }
        return pem
    }

    private static func downgrades(_ json: JSONValue?) throws(TrustError) -> [String: String] {
        guard let json else { return [:] }
        guard let members = json.objectValue else { throw TrustError("downgrades", expected: "an object by plugin") }
        var downgrades: [String: String] = [:]
        for (plugin, version) in members {
            guard PluginManifest.isIdentifier(plugin), let text = version.stringValue, !text.isEmpty else {
                throw TrustError("downgrades.\(plugin)", expected: "the oldest version it may go back to, in quotes")
            }
            downgrades[plugin] = text
        }
        return downgrades
    }

    private static func list(_ json: JSONValue?, _ path: String) throws(TrustError) -> [JSONValue] {
        guard let json else { return [] }
        guard let list = json.arrayValue else { throw TrustError(path, expected: "a list") }
        return list
    }

    private static func grants(
        _ json: JSONValue?, _ what: String, _ isPlain: (String) -> Bool
    ) throws(TrustError) -> [String: Set<String>] {
        guard let json else { return [:] }
        guard let plugins = json.objectValue else { throw TrustError("grants", expected: "an object by plugin") }
        var granted: [String: Set<String>] = [:]
        for (plugin, grant) in plugins {
            guard PluginManifest.isIdentifier(plugin), let members = grant.objectValue, !members.isEmpty,
                members.keys.allSatisfy({ ["units", "paths"].contains($0) })
            else { throw TrustError("grants.\(plugin)", expected: "an object with units or paths") }
            guard let list = members[what] else { continue }
            let names = list.arrayValue?.map(\.stringValue) ?? []
            guard !names.isEmpty, names.allSatisfy({ $0.map(isPlain) ?? false }) else {
                throw TrustError("grants.\(plugin).\(what)", expected: "a list of names, each in full")
            }
            granted[plugin] = Set(names.compactMap(\.self))
        }
        return granted
    }
}
