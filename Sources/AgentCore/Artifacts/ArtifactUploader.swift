import AgentPlugins
import DesiredState
import DeviceProtocol
import Logging

/// Brings artifacts to the server, one after the other, until it has them or does not want them.
actor ArtifactUploader {
    /// µs of the first pause after a failure, doubled up to the longest.
    static let firstPause: Int64 = 1_000_000
    static let longestPause: Int64 = 300_000_000
    /// µs after which one that the server never took is dropped.
    static let patience: Int64 = 7 * 86_400_000_000

    private let spool: ArtifactSpool
    private let connector: @Sendable () async throws -> ServerConnector
    private let say: @Sendable (SpooledEvent) async -> Void
    private let logger: Logger
    private let environment: AgentEnvironment
    private var isWorking = false
    private var isDue = false
    private var failures = 0
    private var retry: (any BackgroundWork)?
    private var isStopped = false

    init(
        spool: ArtifactSpool, connector: @escaping @Sendable () async throws -> ServerConnector,
        say: @escaping @Sendable (SpooledEvent) async -> Void, logger: Logger, environment: AgentEnvironment = .system
    ) {
        self.spool = spool
        self.connector = connector
        self.say = say
        self.logger = logger
        self.environment = environment
    }

    /// There may be something to bring. Returns at once.
    func due() {
        isDue = true
        guard !isWorking, !isStopped else { return }
        isWorking = true
        retry?.cancel()
        _ = environment.run { await self.work() }
    }

    func stop() {
        isStopped = true
        retry?.cancel()
    }

    private func work() async {
        var left = false
        while isDue, !isStopped {
            isDue = false
            left = false
            for artifact in await spool.waiting() where !isStopped {
                if await !bring(artifact) { left = true }
            }
        }
        isWorking = false
        guard left, !isStopped else {
            failures = 0
            return
        }
        failures += 1
        let most = min(Self.firstPause << Int64(min(failures - 1, 20)), Self.longestPause)
        retry = environment.run(after: Int64.random(in: most / 2...most)) { await self.due() }
    }

    /// False when it is to be tried again.
    private func bring(_ artifact: SpooledArtifact) async -> Bool {
        guard let run = RunID(artifact.run), let digest = spool.digest(of: artifact) else {
            await drop(artifact, "it cannot be read on the device")
            return true
        }
        let outcome: ArtifactUpload.Outcome
        do {
            let link = try await HTTPLink.open(connector())
            do {
                outcome = try await ArtifactUpload(artifact: artifact, run: run, digest: digest, link: link).perform()
            } catch {
                await link.close()
                throw error
            }
            await link.close()
        } catch {
            outcome = .later("\(error)")
        }
        switch outcome {
        case .stored:
            logger.info("artifact stored at the server", metadata: ["artifact": "\(artifact.name)", "run": "\(run)"])
            await spool.remove(artifact)
            return true
        case .refused(let reason):
            await drop(artifact, reason)
            return true
        case .later(let reason):
            logger.debug("artifact waits", metadata: ["artifact": "\(artifact.name)", "reason": "\(reason)"])
            guard environment.now() - artifact.finished > Self.patience else { return false }
            await drop(artifact, "the server has not taken it for 7 days: \(reason)")
            return true
        }
    }

    private func drop(_ artifact: SpooledArtifact, _ reason: String) async {
        logger.warning("artifact dropped", metadata: ["artifact": "\(artifact.name)", "reason": "\(reason)"])
        await spool.remove(artifact)
        let now = environment.now()
        let run = RunID(artifact.run).map { "\($0)" } ?? ""
        await say(
            SpooledEvent(
                id: environment.identifier(now).bytes, application: AgentEvent.application, severity: 2,
                type: AgentEvent.artifactRefused, text: "artifact \(artifact.name) of run \(run): \(reason)",
                data: CanonicalJSON.encode(["run": .string(run), "artifact": .string(artifact.name)]), time: now))
    }
}
