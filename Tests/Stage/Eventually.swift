import Foundation

package struct NotInTime: Error, CustomStringConvertible {
    package let description: String

    package init(description: String) { self.description = description }
}

/// Asks until the answer is there. `what` is put into words when it did not come in time. A deadline is only there to end a test that would wait for ever.
package func eventually<T>(
    _ what: @autoclosure () -> String, within seconds: Double = 90, _ body: () async throws -> T?
) async throws -> T {
    let deadline = ContinuousClock.now + .seconds(seconds)
    var last: (any Error)?
    // What a test that failed has to say: whether it asked, or waited for one answer all the time.
    var (asked, longest) = (0, Duration.zero)
    while ContinuousClock.now < deadline {
        let start = ContinuousClock.now
        do { if let value = try await body() { return value } } catch { last = error }
        let took = ContinuousClock.now - start
        asked += 1
        longest = max(longest, took)
        // Most questions start a program: asked without a pause they would take the processor from those who work on the answer.
        try await Task.sleep(for: min(max(took * 2, .milliseconds(20)), .milliseconds(300)))
    }
    let asking = "asked \(asked) times, the longest answer took \(longest)"
    throw NotInTime(
        description: "not in \(seconds) s (\(asking)): \(what())\(last.map { " (last error: \($0))" } ?? "")")
}

/// Asks until it is so.
package func eventually(
    _ what: @autoclosure () -> String, within seconds: Double = 90, _ body: () async throws -> Bool
) async throws {
    _ = try await eventually(what(), within: seconds) { try await body() ? true : nil } as Bool
}
