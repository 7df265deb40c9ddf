import DesiredState
import ServerCore

/// Packages, and what devices say of them, as REST shows them.
enum PackageJSON {
    static func make(_ package: PackageRecord) -> JSONValue {
        .object(
            fields: [
                "sha256": .string(Digest.hex(package.digest)), "application": .string(package.application),
                "version": .string(package.version), "size": .integer(package.size),
                "architectures": .array(package.architectures.map { .string($0) }),
                "created": .time(package.createdAt), "createdBy": .string(package.createdBy),
                "signer": text(package.signer),
                "signerSha256": package.fingerprint.map { .string(Digest.hex($0)) },
            ])
    }

    static func make(_ device: DevicePackage) -> JSONValue {
        .object(
            fields: [
                "device": .string("\(device.device)"), "hostname": .string(device.hostname),
                "status": .string(word(device)), "version": text(device.version), "reason": text(device.reason),
                "percent": .integer(device.percent),
                "updated": .time(device.updatedAt),
            ])
    }

    private static func text(_ text: String) -> JSONValue? { text.isEmpty ? nil : .string(text) }

    static let words = ["installed", "pending", "installing", "failed", "downloading"]

    private static func word(_ device: DevicePackage) -> String {
        guard let status = device.status, words.indices.contains(Int(status)) else { return "pending" }
        return words[Int(status)]
    }

    static func rollout(_ rollout: RolloutState) -> JSONValue {
        let counts = Dictionary(grouping: rollout.devices, by: word).mapValues { JSONValue.integer(Int64($0.count)) }
        return .object(
            fields: [
                "name": .string(rollout.name), "application": .string(rollout.application),
                "version": .string(rollout.version), "percent": .integer(rollout.percent),
                "paused": .bool(rollout.isPaused), "halted": .time(rollout.haltedAt),
                "haltReason": text(rollout.haltReason),
                "counts": .object(counts), "devices": .array(rollout.devices.map(make)),
            ])
    }
}
