package import MartletPluginKit

/// What a look at nginx means: which events it makes. Pure.
package struct NginxWatch: Sendable {
    /// Nil before the first look, which makes no event.
    package private(set) var isRunning: Bool?

    package init() {}

    /// `isRequested`: an operator or a policy is just having it stopped or started.
    package mutating func take(isRunning isNow: Bool, version: String, isRequested: Bool) -> Event? {
        defer { isRunning = isNow }
        guard let was = isRunning, was != isNow else { return nil }
        guard isNow else {
            return Event(
                "server.stopped", isRequested ? .info : .failure,
                isRequested ? "nginx was stopped" : "nginx has stopped", arguments: ["requested": .flag(isRequested)])
        }
        return Event("server.started", .info, "nginx \(version) runs", arguments: ["version": .text(version)])
    }
}
