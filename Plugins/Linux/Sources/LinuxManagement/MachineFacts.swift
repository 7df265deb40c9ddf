/// Result of the task collect-facts.
package struct MachineFacts: Codable, Sendable, Hashable {
    package struct Disk: Codable, Sendable, Hashable {
        package var mount: String
        package var size: UInt64
        package var used: UInt64
    }

    package var distribution: String
    package var kernel: String
    package var architecture: String
    package var processors: Int
    package var memory: UInt64
    package var uptimeSeconds: Double
    package var disks: [Disk]
}
