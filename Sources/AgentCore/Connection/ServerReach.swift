package import Logging

/// Since when the server cannot be reached: from the first attempt that failed after one that did not. Outlives restarts.
package actor ServerReach {
    private let store: AgentStore
    private let logger: Logger
    private let environment: AgentEnvironment
    /// µs of the steady clock; nil while the server can be reached, or nobody tried yet.
    private var since: Int64?
    private var changed: @Sendable () async -> Void = {}

    package init(store: AgentStore, logger: Logger, environment: AgentEnvironment = .system) async throws {
        self.store = store
        self.logger = logger
        self.environment = environment
        if let stored = try await store.unreachableSince() {
            // Between two starts only the device's clock tells; set back, it tells that no time went by.
            since = environment.steady() - max(0, environment.now() - stored)
        }
    }

    /// `changed` is called when the server was lost, and when it was found again.
    func onChange(_ changed: @escaping @Sendable () async -> Void) { self.changed = changed }

    /// Seconds; nil while the server can be reached.
    package var unreachableFor: Int64? { since.map { max(0, environment.steady() - $0) / 1_000_000 } }

    /// The server answered.
    func succeeded() async {
        guard since != nil else { return }
        since = nil
        await keep(nil)
    }

    /// Nothing answered that could be trusted. A server that says no was reached.
    func failed(_ error: any Error) async {
        guard (error as? LinkError)?.status == nil, since == nil else { return }
        since = environment.steady()
        await keep(environment.now())
    }

    private func keep(_ time: Int64?) async {
        do { try await store.keep(unreachableSince: time) } catch {
            logger.warning("since when the server is unreachable is not kept", metadata: ["error": "\(error)"])
        }
        await changed()
    }
}
