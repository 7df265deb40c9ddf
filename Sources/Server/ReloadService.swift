import Logging
import ServerCore
import ServiceLifecycle
import UnixSignals

/// SIGHUP: a command changed the store; what is remembered of it is void.
struct ReloadService: Service {
    let sync: DeviceSync
    let declarations: Declarations
    let connected: @Sendable () async -> Void
    let logger: Logger

    func run() async throws {
        for await _ in await UnixSignalsSequence(trapping: .sighup).cancelOnGracefulShutdown() {
            logger.notice("the store was changed by a command")
            sync.invalidateAll()
            do {
                try sync.revocations.reload()
                try await declarations.refresh()
            } catch {
                logger.error("not all of it was taken up", metadata: ["error": "\(error)"])
            }
            await connected()
        }
    }
}
