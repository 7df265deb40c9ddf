internal import PluginLink
internal import PluginPackage

/// Whether a plugin may ask for what it asks. Pure.
enum RequestCheck {
    static func service(
        _ frame: LinkFrame, manifest: PluginManifest, grants: PluginGrants, isPackaged: Bool = false
    ) throws(Refusal) -> ServiceRequest {
        let unit = try unit(frame, manifest: manifest, grants: grants, isPackaged: isPackaged)
        guard let action = ServiceRequest.Action(rawValue: frame.number(PL_ACTION) ?? 0) else {
            throw Refusal("an unknown action on a unit")
        }
        return ServiceRequest(unit: unit, action: action, deadline: deadline(frame))
    }

    /// The unit that is asked about.
    static func unit(
        _ frame: LinkFrame, manifest: PluginManifest, grants: PluginGrants, isPackaged: Bool = false
    ) throws(Refusal) -> String {
        let unit = frame.text(PL_NAME)
        if let refusal = grants.refusal(of: unit, for: manifest, isPackaged: isPackaged) { throw refusal }
        return unit
    }

    static func file(
        _ frame: LinkFrame, manifest: PluginManifest, grants: PluginGrants = PluginGrants(), isPackaged: Bool = false
    ) throws(Refusal) -> FileRequest {
        let path = frame.text(PL_NAME)
        if let refusal = grants.refusal(ofPath: path, for: manifest, isPackaged: isPackaged) { throw refusal }
        let mode = UInt32(truncatingIfNeeded: frame.number(PL_MODE) ?? 0o644)
        guard mode & ~0o777 == 0 else { throw Refusal("mode \(String(mode, radix: 8)) of a file", .notPermitted) }
        return FileRequest(path: path, content: frame.bytes(PL_DOCUMENT), mode: mode)
    }

    /// `runs` are those that the plugin works on.
    static func artifact(_ frame: LinkFrame, runs: some Collection<[UInt8]>) throws(Refusal) -> ArtifactPiece {
        let run = frame.bytes(PL_RUN)
        guard runs.contains(run) else { throw Refusal("an artifact of a run that is not under way", .notPermitted) }
        guard let offset = frame.number(PL_OFFSET) ?? (frame.type == PL_ARTIFACT_FINISH ? 0 : nil), offset >= 0 else {
            throw Refusal("a piece of an artifact without a place")
        }
        return ArtifactPiece(
            run: run, name: try name(frame, of: "an artifact's name"), offset: offset, bytes: frame.bytes(PL_DOCUMENT))
    }

    static func storageKey(_ frame: LinkFrame) throws(Refusal) -> String { try name(frame, of: "a storage key") }

    /// What becomes the name of a file.
    private static func name(_ frame: LinkFrame, of what: String) throws(Refusal) -> String {
        let key = frame.text(PL_NAME)
        let isGood =
            !key.isEmpty && key.utf8.count <= 64 && key.utf8.first != UInt8(ascii: ".")
            && key.utf8.allSatisfy {
                ($0 >= 0x61 && $0 <= 0x7A) || ($0 >= 0x30 && $0 <= 0x39) || $0 == 0x2D || $0 == 0x2E
            }
        guard isGood else { throw Refusal("\(what) is 1 to 64 of [a-z0-9.-]") }
        return key
    }

    /// Whether the plugin may have it is decided where secrets are held.
    static func secretName(_ frame: LinkFrame) throws(Refusal) -> String {
        let name = frame.text(PL_NAME)
        guard !name.isEmpty, name.utf8.count <= longestSecretName else {
            throw Refusal("a secret's name has 1 to \(longestSecretName) bytes")
        }
        return name
    }
    static let longestSecretName = 255

    /// Nanoseconds of CLOCK_MONOTONIC.
    static func deadline(_ frame: LinkFrame) -> Duration { .nanoseconds(frame.number(PL_DEADLINE) ?? 0) }
}
