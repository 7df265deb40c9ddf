/// Settings of the Linux plugin; see plugin.yaml. A threshold of 0 is none.
package struct LinuxSettings: Codable, Sendable, Hashable {
    package struct Thresholds: Codable, Sendable, Hashable {
        package var cpuPercent: Double
        package var memoryPercent: Double
        package var diskPercent: Double
        package var loadPerCPU: Double
    }

    package var thresholds: Thresholds
    package var sampleSeconds: Int
}
