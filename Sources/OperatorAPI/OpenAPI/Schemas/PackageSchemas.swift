import DesiredState

/// Packages and rollouts.
enum PackageSchemas {
    static let components: [String: JSONValue] = ["Package": package, "Rollout": rollout]

    private static let package = Schema.object(
        [
            "sha256": Schema.text, "application": Schema.text, "version": Schema.text, "size": Schema.count,
            "architectures": Schema.list(of: Schema.text), "created": Schema.time, "createdBy": Schema.text,
            "signer": Schema.text, "signerSha256": Schema.text,
        ], required: ["sha256", "application", "version", "size", "architectures", "created", "createdBy"])

    private static let device = Schema.object(
        [
            "device": Schema.text, "hostname": Schema.text, "status": Schema.choice(PackageJSON.words),
            "version": Schema.text, "reason": Schema.text, "percent": Schema.count, "updated": Schema.time,
        ], required: ["device", "hostname", "status"])

    private static let rollout = Schema.object(
        [
            "name": Schema.text, "application": Schema.text, "version": Schema.text, "percent": Schema.count,
            "paused": Schema.bool, "halted": Schema.time, "haltReason": Schema.text,
            "counts": Schema.texts(Schema.count), "devices": Schema.list(of: device),
        ], required: ["name", "application", "version", "percent", "paused", "counts", "devices"])
}
