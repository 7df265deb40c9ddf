/// What a cron expression should be, and is not.
package struct CronError: Error, Sendable, Equatable, CustomStringConvertible {
    package let expected: String
    /// The part of it that is wrong; nil for the whole.
    package let got: String?

    init(_ expected: String, got: String? = nil) {
        self.expected = expected
        self.got = got
    }

    package var description: String { expected + (got.map { ", got \($0)" } ?? "") }
}
