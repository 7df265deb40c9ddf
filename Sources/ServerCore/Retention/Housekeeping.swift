package import Logging
import ServerStore
import ServiceLifecycle

/// What time brings about: orders that nobody came for end, and what is kept long enough goes.
package struct Housekeeping: Service {
    private static let pause = Duration.seconds(15)
    /// Rounds between two of trimming.
    private static let trimEvery = 4

    private let expiry: OrderExpiry
    private let trimmer: StoreTrimmer
    private let rotation: KeyRotation
    private let logger: Logger

    package init(expiry: OrderExpiry, trimmer: StoreTrimmer, rotation: KeyRotation, logger: Logger) {
        self.expiry = expiry
        self.trimmer = trimmer
        self.rotation = rotation
        self.logger = logger
    }

    /// A round that fails (the disk is full, say) is said, and the next one tries again.
    package func run() async throws {
        var round = 0
        while !Task.isCancelled, !Task.isShuttingDownGracefully {
            await cancelWhenGracefulShutdown { [round] in
                await attempt("orders not expired") { try await expiry.expire() }
                await attempt("keys not replaced") { try await rotation.rotate() }
                if round % Self.trimEvery == 0 { await attempt("store not trimmed") { try await trimmer.trim() } }
                try? await Task.sleep(for: Self.pause)
            }
            round += 1
        }
    }

    private func attempt(_ failure: String, _ body: () async throws -> Int) async {
        do {
            let rows = try await body()
            if rows > 0 { logger.debug("housekeeping", metadata: ["rows": "\(rows)"]) }
        } catch is CancellationError {
        } catch {
            logger.error("\(failure)", metadata: ["error": "\(error)"])
        }
    }
}
