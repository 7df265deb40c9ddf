package import Logging
import ServerStore
import ServiceLifecycle

/// What time brings about: orders that nobody came for end, silence is told, and what is kept long enough goes.
package struct Housekeeping: Service {
    private static let pause = Duration.seconds(15)
    /// Rounds between two of trimming.
    private static let trimEvery = 4

    private let expiry: OrderExpiry
    private let silence: SilenceWatch
    private let trimmer: StoreTrimmer
    private let artifacts: ArtifactStore
    private let launches: @Sendable () async throws -> Int
    private let rotation: KeyRotation
    /// Whether the server's own certificate was renewed.
    private let renewal: @Sendable (Int64) throws -> Bool
    private let clock: ServerClock
    private let logger: Logger

    package init(
        expiry: OrderExpiry, silence: SilenceWatch, trimmer: StoreTrimmer, artifacts: ArtifactStore,
        launches: @escaping @Sendable () async throws -> Int = { 0 }, rotation: KeyRotation,
        renewal: @escaping @Sendable (Int64) throws -> Bool = { _ in false }, clock: ServerClock = .system,
        logger: Logger
    ) {
        self.expiry = expiry
        self.silence = silence
        self.trimmer = trimmer
        self.artifacts = artifacts
        self.launches = launches
        self.rotation = rotation
        self.renewal = renewal
        self.clock = clock
        self.logger = logger
    }

    /// A round that fails (the disk is full, say) is said, and the next one tries again.
    package func run() async throws {
        let begun = ContinuousClock.now
        let watch = ClockWatch(wall: clock.now(), steady: 0)
        var round = 0
        while !Task.isCancelled, !Task.isShuttingDownGracefully {
            await cancelWhenGracefulShutdown { [round] in
                await perform(round, watch, steady: Int64((ContinuousClock.now - begun) / .microseconds(1)))
                try? await Task.sleep(for: Self.pause)
            }
            round += 1
        }
    }

    private func perform(_ round: Int, _ watch: ClockWatch, steady: Int64) async {
        guard !watch.hasJumped(wall: clock.now(), steady: steady) else {
            logger.error(
                "the clock was set by more than a day: nothing is expired or removed until it is right, or the server is started again"
            )
            return
        }
        await attempt("orders not expired") { try await expiry.expire() }
        await attempt("launches not gone on with") { try await launches() }
        await attempt("silence not told") { try await silence.look() }
        await attempt("keys not replaced") { try await rotation.rotate() }
        await attempt("the server's certificate not renewed") {
            guard try renewal(clock.now()) else { return 0 }
            logger.notice("the server's own certificate was renewed")
            return 1
        }
        guard round % Self.trimEvery == 0 else { return }
        await attempt("store not trimmed") { try await trimmer.trim() }
        await attempt("artifacts not removed") { try await artifacts.sweep() }
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
