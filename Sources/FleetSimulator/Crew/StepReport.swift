/// How a step of a scenario went.
package struct StepReport: Sendable, Codable {
    package var step: String
    package var seconds: Double
    package var status: FleetStatus
    /// For steps that wait: ms from the mark until a device had come so far.
    package var times: Spread?
    /// Why it is not as it should be.
    package var problem: String?

    package struct Spread: Sendable, Codable {
        package var count: Int
        package var p50: Double
        package var p99: Double
        package var most: Double
        /// The most devices that came so far within one second.
        package var busiestSecond: Int

        /// nil of none. `microseconds` in any order.
        package init?(microseconds: [Int64]) {
            let sorted = microseconds.sorted()
            guard let last = sorted.last else { return nil }
            count = sorted.count
            p50 = Double(sorted[(sorted.count - 1) / 2]) / 1_000
            p99 = Double(sorted[(sorted.count - 1) * 99 / 100]) / 1_000
            most = Double(last) / 1_000
            busiestSecond = 0
            var first = 0
            for (index, time) in sorted.enumerated() {
                while time - sorted[first] >= 1_000_000 { first += 1 }
                busiestSecond = max(busiestSecond, index - first + 1)
            }
        }
    }
}
