import Foundation

/// What an operator is told of a wake.
package enum WakeReport {
    /// `next` is when the device should come by itself, as far as the server knows.
    package static func text(_ outcome: WakeOutcome, next: Int64?, now: Int64) -> String {
        switch outcome {
        case .connected(let milliseconds): "the device answered the wake after \(milliseconds) ms"
        case .cameByItself(let milliseconds):
            "no answer to the wake, but the device came by itself after \(milliseconds) ms"
        case .noAnswer(let address, let port, let seconds):
            "no answer from \(endpoint(address, port)) in \(seconds) s; \(coming(next, now))"
        case .notPossible(let reason): "the device cannot be woken: \(reason); \(coming(next, now))"
        }
    }

    private static func endpoint(_ address: String, _ port: UInt16) -> String {
        address.contains(":") ? "[\(address)]:\(port)" : "\(address):\(port)"
    }

    private static func coming(_ next: Int64?, _ now: Int64) -> String {
        guard let next else { return "it is not known when the device will come by itself" }
        return next < now
            ? "the device should have come by itself at \(time(next, now))"
            : "the device will come by itself at \(time(next, now))"
    }

    /// Hours and minutes within a day of now, the date besides otherwise; UTC.
    private static func time(_ instant: Int64, _ now: Int64) -> String {
        let date = Date(timeIntervalSince1970: Double(instant) / 1_000_000)
        var style = Date.VerbatimFormatStyle(
            format: "\(hour: .twoDigits(clock: .twentyFourHour, hourCycle: .zeroBased)):\(minute: .twoDigits) UTC",
            timeZone: .gmt, calendar: Calendar(identifier: .gregorian))
        if abs(instant - now) >= 86_400_000_000 {
            style = Date.VerbatimFormatStyle(
                format:
                    "\(year: .defaultDigits)-\(month: .twoDigits)-\(day: .twoDigits) \(hour: .twoDigits(clock: .twentyFourHour, hourCycle: .zeroBased)):\(minute: .twoDigits) UTC",
                timeZone: .gmt, calendar: Calendar(identifier: .gregorian))
        }
        return date.formatted(style)
    }
}
