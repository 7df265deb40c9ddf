internal import Glibc
internal import PluginLink
internal import Synchronization

/// One thread that waits for descriptors and tells their owners. Every registration fires once and must be armed again,
/// so an owner that does not keep up slows its own peer and nobody else.
final class LinkReactor: Sendable {
    typealias Handler = @Sendable (_ ready: UInt32) -> Void

    static let shared = LinkReactor()

    static let readable = UInt32(PL_READABLE)
    static let writable = UInt32(PL_WRITABLE)
    static let gone = UInt32(PL_GONE)

    private struct State {
        var handlers: [UInt64: Handler] = [:]
        var last: UInt64 = 0
    }

    private let poller: Int32
    private let state = Mutex(State())

    private init() {
        poller = pl_poller_create()
        var thread = pthread_t()
        let context = Unmanaged.passRetained(self)
        // Without this thread no plugin can be served; there is nothing to fall back to.
        precondition(poller >= 0 && pthread_create(&thread, nil, reactorMain, context.toOpaque()) == 0, "no reactor")
        pthread_detach(thread)
    }

    /// Registers a descriptor, not armed. The handler runs on the reactor's thread and must not block.
    func register(_ descriptor: Int32, _ handler: @escaping Handler) -> UInt64 {
        let token = state.withLock { state in
            state.last += 1
            state.handlers[state.last] = handler
            return state.last
        }
        pl_poller_add(poller, descriptor, token)
        return token
    }

    /// Waits once for any of `events`.
    func arm(_ token: UInt64, _ descriptor: Int32, _ events: UInt32) {
        pl_poller_arm(poller, descriptor, token, events)
    }

    /// Forgets the registration; to be called before the descriptor is closed. A handler that runs now may finish later.
    func remove(_ token: UInt64, _ descriptor: Int32) {
        pl_poller_remove(poller, descriptor)
        _ = state.withLock { $0.handlers.removeValue(forKey: token) }
    }

    /// Whether the descriptor became readable within the time.
    func wait(readable descriptor: Int32, atMost limit: Duration) async -> Bool {
        let answer = OnceAnswer<Bool>()
        let token = register(descriptor) { _ in answer.give(true) }
        arm(token, descriptor, Self.readable)
        let timer = Task {
            try? await Task.sleep(for: limit)
            answer.give(false)
        }
        let ready = await answer.value
        timer.cancel()
        remove(token, descriptor)
        return ready
    }

    fileprivate func run() -> Never {
        var ready = [pl_ready](repeating: pl_ready(), count: 64)
        while true {
            let count = pl_poller_wait(poller, &ready, Int32(ready.count))
            for entry in ready[..<Int(count)] {
                let handler = state.withLock { $0.handlers[entry.token] }
                handler?(entry.events)
            }
        }
    }
}

/// A top-level function: a closure literal here could be inferred to belong to an actor and trap on this thread.
private nonisolated func reactorMain(_ context: UnsafeMutableRawPointer?) -> UnsafeMutableRawPointer? {
    guard let context else { return nil }
    Unmanaged<LinkReactor>.fromOpaque(context).takeRetainedValue().run()
}
