import DeviceProtocol
import Manifests
import ServerStore

extension Applying {
    /// Notes a problem and returns false unless every group and device that the scope names is there.
    mutating func checkScope(_ scope: TaskScope, of manifest: Manifest) throws -> Bool {
        switch scope {
        case .group(let name, _): return try group(name, at: "spec.scope.group", of: manifest) != nil
        case .devices(let names):
            let before = problems.count
            for name in names {
                do {
                    _ = try DeviceLookup.resolve(name, in: transaction)
                } catch let error as CoreError {
                    problems.append(
                        manifest.problem(
                            at: "spec.scope.devices", expected: "uids or host names of devices", got: error.message))
                }
            }
            return problems.count == before
        }
    }

    mutating func touch(_ scope: TaskScope) throws {
        switch scope {
        case .group(let name, let labels) where labels.isEmpty: try touchSubtree(of: GroupPath.name(of: name))
        case .group(let name, let labels):
            grownGroups.formUnion(try GroupRecord.subtree(of: GroupPath.name(of: name), in: transaction))
            touchedDevices.formUnion(
                try DeviceSelection.devices(below: GroupPath.name(of: name), labels: labels, in: transaction))
        case .devices(let names):
            for name in names { touchedDevices.formUnion(try DeviceLookup.matches(name, in: transaction)) }
        }
    }

    /// Only OpAMP clients that are not ours.
    mutating func touchStrangers(_ scope: TaskScope) throws {
        switch scope {
        case .group(let name, _):
            touchedStrangers.formUnion(try GroupRecord.subtree(of: GroupPath.name(of: name), in: transaction))
        case .devices: try touch(scope)
        }
    }
}
