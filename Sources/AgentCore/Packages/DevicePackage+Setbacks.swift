// What is not the version's fault, and yet no reason to go on for ever as fast as can be.
extension DevicePackage {
    /// Whole downloads that were not what is offered, after which the device says so and is patient: the server's file is damaged.
    package static let mostSpoiled: Int64 = 4
    /// Tries in a row that the device itself gave way in, after which it is patient: each winds down the version that is there.
    package static let mostLost: Int64 = 3
    /// µs of the first pause of a device that is patient with the server, and with itself; doubled up to the longest.
    package static let firstPatience: Int64 = 4 * 3_600_000_000
    package static let firstRespite: Int64 = 1_800_000_000
    package static let longestPatience: Int64 = 24 * 3_600_000_000

    /// What came was not the package. `random` is in 0..<1.
    package mutating func spoil(_ reason: String, now: Int64, random: Double) {
        phase = .idle
        tries = 0
        spoiled += 1
        self.reason = reason
        wait(from: now, setback: spoiled - Self.mostSpoiled, first: Self.firstPatience, random)
    }

    /// What came is what is offered: what came before says nothing of it.
    package mutating func cameWhole() {
        if spoiled > 0 { reason = "" }
        spoiled = 0
        notBefore = 0
    }

    /// The device gave way while the version was tried: this try does not count.
    package mutating func lose(_ reason: String, now: Int64, random: Double) {
        phase = .idle
        tries = max(0, tries - 1)
        lost += 1
        self.reason = reason
        wait(from: now, setback: lost - Self.mostLost, first: Self.firstRespite, random)
    }

    /// µs until the offer may be begun; nil when it may now. A clock that was set back makes nobody wait longer than the longest.
    package func wait(at now: Int64) -> Int64? {
        let left = notBefore - now
        return left > 0 && left <= Self.longestPatience ? left : nil
    }

    var isSetBack: Bool { spoiled > 0 || lost > 0 }

    /// Forgets what befell the offer.
    mutating func beginAfresh() {
        spoiled = 0
        lost = 0
        notBefore = 0
    }

    /// Of the first patient one `setback` is 0. Anywhere in the later half, so that devices that fail together do not ask together.
    private mutating func wait(from now: Int64, setback: Int64, first: Int64, _ random: Double) {
        guard setback >= 0 else { return }
        let most = min(first << min(setback, 8), Self.longestPatience)
        notBefore = now + most / 2 + Int64(Double(most / 2) * random)
    }
}
