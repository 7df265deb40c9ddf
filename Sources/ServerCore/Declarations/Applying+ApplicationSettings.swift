import DesiredState
import DeviceProtocol
import Manifests
import ServerStore

extension Applying {
    mutating func apply(_ spec: ApplicationSettingsSpec, of manifest: Manifest) throws -> ApplyResult.Action? {
        let name = manifest.metadata.name
        guard check(spec.settings, of: spec.application, at: "spec.settings", in: manifest) else { return nil }
        let uid: DeviceUID
        do {
            uid = try DeviceLookup.resolve(spec.device, in: transaction)
        } catch let error as CoreError {
            problems.append(manifest.problem(at: "spec.device", expected: "an enrolled device", got: error.message))
            return nil
        }
        let other = try transaction.first(
            "SELECT name FROM application_settings WHERE device_uid = $1 AND application = $2 AND name <> $3",
            [.blob(uid.bytes), .text(spec.application), .text(name)])
        if let other = try other?.text("name") {
            problems.append(
                manifest.problem(
                    at: "spec.device", expected: "one object per application and device",
                    got: "application settings \"\(other)\" have \(spec.application) on \(spec.device)"))
            return nil
        }
        let former = try device(ofSettings: name)
        let existing = try existing(.applicationSettings, name)
        let action = try store(
            manifest, in: "application_settings",
            columns: ["application": .text(spec.application), "device_uid": .blob(uid.bytes)], existing: existing)
        // A host name may have come to mean another device.
        guard action != .unchanged || !former.contains(uid) else { return action }
        touchedDevices.formUnion(former.union([uid]))
        if action == .unchanged {
            try transaction.execute(
                "UPDATE application_settings SET device_uid = $2 WHERE name = $1", [.text(name), .blob(uid.bytes)])
        }
        return try isSmallEnough(uid, manifest) ? action : nil
    }

    /// The device that the object of this name concerns; none when there is no such object.
    func device(ofSettings name: String) throws -> Set<DeviceUID> {
        let row = try transaction.first("SELECT device_uid FROM application_settings WHERE name = $1", [.text(name)])
        return Set(try row.flatMap { DeviceUID(try $0.blob("device_uid")) }.map { [$0] } ?? [])
    }

    private mutating func isSmallEnough(_ uid: DeviceUID, _ manifest: Manifest) throws -> Bool {
        let target = try DocumentCompiler.Target.read(uid, in: transaction)
        let size = Self.size(try DocumentCompiler.load(from: transaction).entries(of: target))
        guard size > DeviceDocument.maximumBytes else { return true }
        problems.append(
            manifest.problem(
                at: "spec.settings", expected: "a document of at most \(DeviceDocument.maximumBytes) bytes",
                got: "one of \(size) for device \(uid)"))
        return false
    }
}
