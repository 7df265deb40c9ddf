package import DesiredState

/// `package.json`: what the package is, and the SHA-256 of every other file in it.
package struct PackageIndex: Sendable, Hashable {
    /// The format that this code writes, and the only one it reads.
    package static let format: Int64 = 1

    package let id: String
    package let version: String
    package let digests: [PackageEntryName: [UInt8]]

    package init(id: String, version: String, digests: [PackageEntryName: [UInt8]]) {
        self.id = id
        self.version = version
        self.digests = digests
    }

    package var json: JSONValue {
        let files = digests.map { ("\($0)", JSONValue.string(Digest.hex($1))) }
        return [
            "format": .integer(Self.format), "id": .string(id), "version": .string(version),
            "files": .object(Dictionary(files) { first, _ in first }),
        ]
    }

    /// Throws with `file` in the error for what is no index, or one of another format.
    package init(_ bytes: [UInt8], file: String) throws(PackageError) {
        let json: JSONValue
        do { json = try JSONValue(parsing: bytes) } catch { throw PackageError(file, "package.json: \(error)") }
        guard let format = json["format"]?.integerValue else {
            throw PackageError(file, "package.json: expected a number \"format\"")
        }
        guard format == Self.format else {
            throw PackageError(
                file, "the package has format \(format), this program reads \(Self.format): a newer one is needed")
        }
        guard let id = json["id"]?.stringValue, PluginManifest.isIdentifier(id),
            let version = json["version"]?.stringValue, let files = json["files"]?.objectValue
        else { throw PackageError(file, "package.json: expected \"id\", \"version\" and \"files\"") }
        var digests: [PackageEntryName: [UInt8]] = [:]
        for (name, digest) in files {
            guard let entry = PackageEntryName(name), entry != .index,
                let digest = digest.stringValue.flatMap(Digest.bytes(hex:)), digest.count == 32
            else { throw PackageError(file, "package.json: files: \(name) is none that a package has") }
            digests[entry] = digest
        }
        self.init(id: id, version: version, digests: digests)
        guard CanonicalJSON.encode(self.json) == bytes else {
            throw PackageError(file, "package.json: expected canonical JSON without further members")
        }
    }
}
