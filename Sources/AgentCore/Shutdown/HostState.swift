import Glibc

/// Whether the host itself is going down, or only the agent.
enum HostState {
    /// systemd says so in these places while it shuts down.
    private static let marks = ["/run/systemd/shutdown/scheduled", "/run/nologin", "/run/initctl.shutdown"]

    static func isGoingDown() -> Bool { marks.contains { access($0, F_OK) == 0 } }
}
