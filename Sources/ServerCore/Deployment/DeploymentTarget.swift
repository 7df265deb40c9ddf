import DesiredState
import DeviceProtocol
import Manifests
import ServerStore

/// Which devices a policy or a task concerns, and which entry of their documents it is a part of.
struct DeploymentTarget {
    enum Scope {
        /// These groups (those below are among them), and of their devices those with all the labels.
        case groups([String], labels: [String: String])
        case devices([DeviceUID])
    }

    var entry: String
    var scope: Scope

    /// A policy that is not active concerns no device. Other kinds are in no document by themselves: nil.
    init?(_ object: DeclaredObject, groups: GroupTree, in reader: any SQLReader) throws {
        switch try object.spec() {
        case .policy(let spec):
            entry = spec.application
            scope = .groups(spec.isActive ? groups.subtree(GroupPath.name(of: spec.group)) : [], labels: [:])
        case .task(let spec):
            entry = DeviceDocument.tasksEntry
            switch spec.scope {
            case .group(let name, let labels):
                scope = .groups(groups.subtree(GroupPath.name(of: name)), labels: labels)
            case .devices(let names):
                scope = .devices(Array(Set(try names.flatMap { try DeviceLookup.matches($0, in: reader) })))
            }
        default: return nil
        }
    }

    var asksForLabels: Bool { if case .groups(_, let labels) = scope { !labels.isEmpty } else { false } }

    /// Agents of ours that may speak: nobody else gets policies and tasks.
    static let concerned = "d.standing = 'active' AND d.stranger = 0"

    /// `d` is a device, `e` the entry of its document. A failure counts whatever the device said of the whole; of a
    /// document that it applied as a whole every other entry is applied, and is not looked up.
    static let state = """
        CASE WHEN d.document_compiled < d.document_wanted OR e.hash IS NULL THEN 'pending'
            WHEN EXISTS (SELECT 1 FROM entry_results r WHERE r.status = 'failed' AND r.entry = e.entry
                AND r.device_uid = d.uid AND r.hash = e.hash) THEN 'failed'
            WHEN d.reported_hash = d.document_hash AND d.reported_status = 'applied' THEN 'applied'
            WHEN EXISTS (SELECT 1 FROM entry_results r WHERE r.device_uid = d.uid AND r.entry = e.entry
                AND r.status = 'applied' AND r.hash = e.hash) THEN 'applied'
            ELSE 'pending' END
        """

    /// Labels are stored as canonical JSON: what follows a brace or comma there is a key.
    static func add(labels: [String: String], to filter: inout Filter) {
        for (key, value) in labels.sorted(by: { $0.key < $1.key }) {
            let pair = CanonicalJSON.text(.object([key: .string(value)])).dropFirst().dropLast()
            filter.add(
                "(replace(d.labels, '{' || %, '') <> d.labels OR replace(d.labels, ',' || %, '') <> d.labels)",
                .text(String(pair)))
        }
    }
}
