import DesiredState
import Manifests
import ServerStore

/// What locks keep from having an effect, of what is applied, and of what was there before under locks that are new.
extension Applying {
    /// To be called before the first manifest of a kind that may bring locks is stored.
    mutating func rememberLocks(before manifest: Manifest) throws {
        guard locksBefore == nil, manifest.kind == .policy || manifest.kind == .group else { return }
        locksBefore = try LockBook(in: transaction)
    }

    /// To be called when everything is stored, and before devices are marked.
    mutating func findConflicts() throws {
        guard locksBefore != nil || named.contains(where: { $0.kind == .applicationSettings }) else { return }
        let locks = try LockBook(in: transaction)
        for manifest in named {
            switch manifest.spec {
            case .policy(let spec) where spec.isActive:
                result.add(
                    locks.conflicts(
                        ofPolicyOf: spec.application, in: GroupPath.name(of: spec.group), cause: .setting))
            case .applicationSettings(let spec):
                let settings = DeviceSettings(name: manifest.metadata.name, settings: spec.settings)
                guard let group = try group(ofSettings: settings.name) else { continue }
                result.add(locks.conflicts(of: settings, of: spec.application, in: group, cause: .setting))
            default: continue
            }
        }
        guard let before = locksBefore else { return }
        for group in touchedGroups.sorted() { try findLosses(in: group, before: before, after: locks) }
    }

    /// What the manifests do not name, had an effect, and has none under a lock that was not there before.
    private mutating func findLosses(in group: String, before: LockBook, after: LockBook) throws {
        for application in after.applications(in: group) {
            let new = after.locks(on: application, in: group).subtracting(before.locks(on: application, in: group))
            guard !new.isEmpty else { continue }
            let settings = try ownSettings(of: application, in: group)
            func conflicts(_ book: LockBook) -> [LockConflict] {
                book.conflicts(ofPolicyOf: application, in: group, cause: .lock)
                    + settings.flatMap { book.conflicts(of: $0, of: application, in: group, cause: .lock) }
            }
            let known = Set(conflicts(before).map(\.place) + named.map { [$0.kind.rawValue, $0.metadata.name] })
            result.add(
                conflicts(after).filter { conflict in
                    new.contains(LockBook.Held(path: conflict.lock.path, holder: conflict.lock.holder))
                        && !known.contains(conflict.place)
                        && !known.contains([conflict.kind.rawValue, conflict.name])
                })
        }
    }

    private func ownSettings(of application: String, in group: String) throws -> [DeviceSettings] {
        try transaction.query(
            """
            SELECT s.name, s.spec FROM devices d JOIN application_settings s ON s.device_uid = d.uid
            WHERE d.group_name = $1 AND s.application = $2 ORDER BY s.name
            """, [.text(group), .text(application)]
        ).map { row in
            DeviceSettings(
                name: try row.text("name"), settings: try JSONValue(parsing: row.text("spec"))["settings"] ?? [:])
        }
    }

    private func group(ofSettings name: String) throws -> String? {
        try transaction.first(
            """
            SELECT d.group_name FROM application_settings s JOIN devices d ON d.uid = s.device_uid WHERE s.name = $1
            """, [.text(name)])?.text("group_name")
    }
}
