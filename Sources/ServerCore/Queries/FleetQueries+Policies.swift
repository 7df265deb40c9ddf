package import DesiredState
package import DeviceProtocol
import ServerStore

extension FleetQueries {
    /// Merges as the device does, with what it last reported of profiles and of its user's changes. Throws `notFound` for
    /// an application of which neither `schema` nor anything declared is known.
    package func explain(
        _ application: String, on uid: DeviceUID, schema: SettingsSchema?
    ) async throws -> PolicyExplanation {
        try await store.read { reader in
            let device = try DeviceRecord.read(uid, in: reader)
            let target = try DocumentCompiler.Target.read(uid, in: reader)
            let declared = try DocumentCompiler.load(from: reader).stacks(of: target)[application]
            guard declared != nil || schema != nil else {
                throw CoreError(
                    .notFound,
                    "no application \"\(application)\": the server has no plugin manifest and no policy of it")
            }
            let stack = declared ?? PolicyStack(policies: [])
            let reported = device.effectiveConfig?[DeviceDocument.policyReportEntry]?[application]
            let active = Set((reported?["profiles"]?.arrayValue ?? []).compactMap(\.stringValue))
            func isActive(_ profile: SettingsProfile) -> Bool {
                profile.condition == .always || active.contains(profile.id)
            }
            let local = reported?["local"] ?? .object([:])
            let layered = stack.explained(
                labels: device.labels, local: local.objectValue == nil ? .object([:]) : local, isActive: isActive)
            return PolicyExplanation(
                device: uid, application: application, settings: SettingExplanation.all(of: layered, schema: schema),
                profiles: stack.profiles(labels: device.labels).map { ($0, isActive($0)) },
                inForce: device.effectiveConfig?[application])
        }
    }
}
