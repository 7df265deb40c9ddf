/// The figures of supervision; the defaults are those of `conventions.md`.
package struct SupervisionTiming: Sendable, Hashable {
    package var heartbeat: Duration = .seconds(10)
    package var hung: Duration = .seconds(30)
    package var firstBackOff: Duration = .seconds(1)
    package var longestBackOff: Duration = .seconds(300)
    /// So many ends within the window, and the plugin is quarantined. Having run for a whole window forgives.
    package var endsUntilQuarantine = 5
    package var window: Duration = .seconds(600)

    package init() {}
}
