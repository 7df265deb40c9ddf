package import DurableFiles
internal import Glibc
internal import PluginLink

/// A program to be started: the Swift face of `pl_launch`.
package struct ProcessStart {
    var executable: String
    var arguments: [String]
    var environment: [String]
    /// Descriptor for each number of the child; -1 for none (0 to 2: /dev/null).
    var descriptors: [Int32]
    var diesWithParent = false
    /// Belongs to init, not to us.
    var isDetached = false
    /// The open cgroup.procs of the control group that it joins; nil for ours.
    var controlGroup: Int32?

    package init(
        executable: String, arguments: [String], environment: [String], descriptors: [Int32],
        diesWithParent: Bool = false,
        isDetached: Bool = false, controlGroup: Int32? = nil
    ) {
        self.executable = executable
        self.arguments = arguments
        self.environment = environment
        self.descriptors = descriptors
        self.diesWithParent = diesWithParent
        self.isDetached = isDetached
        self.controlGroup = controlGroup
    }

    package struct Started {
        package let pid: Int32
        /// -1 when a detached program ended at once.
        package let pidfd: Int32
    }

    package func run() throws(SystemError) -> Started { try run(pl_launch_run) }

    /// The same, for a process that still has one thread.
    func runHere() throws(SystemError) -> Started { try run(pl_launch_here) }

    private func run(
        _ launcher: (UnsafePointer<pl_launch>, UnsafeMutablePointer<pl_launched>) -> Int32
    ) throws(SystemError) -> Started {
        let arguments = CStrings([executable] + self.arguments)
        let environment = CStrings(self.environment)
        var launched = pl_launched(pid: -1, pidfd: -1)
        let error = executable.withCString { executable in
            var launch = pl_launch()
            launch.executable = executable
            launch.arguments = UnsafePointer(arguments.pointers)
            launch.environment = UnsafePointer(environment.pointers)
            withUnsafeMutableBytes(of: &launch.descriptors) { bytes in
                let numbers = bytes.bindMemory(to: Int32.self)
                for (index, descriptor) in descriptors.enumerated() where index < numbers.count {
                    numbers[index] = descriptor
                }
            }
            launch.descriptor_count = Int32(descriptors.count)
            launch.dies_with_parent = diesWithParent
            launch.detached = isDetached
            launch.cgroup_procs = controlGroup ?? 0
            return launcher(&launch, &launched)
        }
        guard error == 0 else { throw SystemError("start \(executable)", error) }
        return Started(pid: launched.pid, pidfd: launched.pidfd)
    }
}

/// A list of C strings that ends with NULL, freed with its owner.
private final class CStrings {
    let pointers: UnsafeMutablePointer<UnsafePointer<CChar>?>
    private let count: Int

    init(_ strings: [String]) {
        count = strings.count
        pointers = .allocate(capacity: strings.count + 1)
        for (index, string) in strings.enumerated() {
            (pointers + index).initialize(to: strdup(string).map { UnsafePointer($0) })
        }
        (pointers + count).initialize(to: nil)
    }

    deinit {
        for index in 0..<count { free(UnsafeMutablePointer(mutating: pointers[index])) }
        pointers.deallocate()
    }
}
