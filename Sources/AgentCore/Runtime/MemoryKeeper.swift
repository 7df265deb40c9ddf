import ResidentMemory

/// Gives back the memory that work needed once the work is over: the code of a start, of a handshake or of a change of
/// policy is not what an idle agent uses.
///
/// Looks from time to time how much of the program was used anew; nothing is done, and nothing wakes up for it, while only
/// pings pass.
package struct MemoryKeeper: Sendable {
    /// Between two looks.
    static let pause = Duration.seconds(60)
    /// After the start, of which nearly nothing is used again.
    static let afterStart = Duration.seconds(10)
    /// Faults of a ping or two; each brings up to 16 pages.
    static let few: Int64 = 64

    package init() {}

    /// Until it is cancelled.
    package func run() async {
        var seen: Int64 = 0
        var pause = Self.afterStart
        while (try? await Task.sleep(for: pause, tolerance: pause / 4)) != nil {
            pause = Self.pause
            guard rm_faults() - seen > Self.few else { continue }
            rm_give_back()
            seen = rm_faults()
        }
    }
}
