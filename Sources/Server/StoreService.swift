import ServerStore
import ServiceLifecycle

/// Keeps the store open until everything that writes has ended.
struct StoreService: Service {
    let store: SQLiteStore
    let writer: GroupedWriter
    let lock: ServerLock

    func run() async throws {
        try? await gracefulShutdown()
        await writer.stop()
        try store.close()
    }
}
