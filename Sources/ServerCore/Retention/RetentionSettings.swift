/// How much of the past is kept: `retention` in `server.yaml`.
package struct RetentionSettings: Sendable, Hashable {
    /// Days after their receipt that events are kept.
    package var eventDays: Int64 = 90
    /// Events kept of each severity; the oldest go first, so that much chatter never drives out what is critical.
    package var events: Int64 = 1_000_000
    /// Days that ended runs and orders are kept.
    package var runDays: Int64 = 90
    /// Days that it is kept who changed what.
    package var auditDays: Int64 = 365

    package init() {}
}
