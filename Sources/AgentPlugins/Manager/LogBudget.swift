/// What a plugin may have logged in a second; the rest is counted and left out, so that it fills no disk.
struct LogBudget {
    /// Also of what it prints, which is not left out: it waits (`HostOutput`).
    static let bytesPerSecond = 65_536
    /// What a line takes beside its text, so that empty ones count too.
    static let besideText = 64
    /// Characters of a line.
    static let longestLine = 4_096

    private var begun: Duration?
    private var used = 0
    private var leftOut = 0

    /// How many lines were left out before this one, which is to be written; nil when it is to be left out too.
    /// `now`: of any steady clock.
    mutating func admit(_ bytes: Int, now: Duration) -> Int? {
        if begun.map({ now - $0 >= .seconds(1) }) ?? true { (begun, used) = (now, 0) }
        guard used < Self.bytesPerSecond else {
            leftOut += 1
            return nil
        }
        used += bytes + Self.besideText
        defer { leftOut = 0 }
        return leftOut
    }
}
