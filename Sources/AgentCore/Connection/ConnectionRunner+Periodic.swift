import DeviceProtocol
import FoundationEssentials
import Logging
import OpAMP

// Short connections.
extension ConnectionRunner {
    func exchange(_ reason: ConnectionMachine.Reason) async {
        wasAnswered = false
        do {
            try await maintain()
            let link = try await HTTPLink.open(try await route.connector())
            do {
                try await converse(over: link, reason)
                await link.close()
            } catch {
                await link.close()
                throw error
            }
            lastError = nil
            await reach.succeeded()
            await route.noteConnection(succeeded: true)
            logger.debug("synchronised", metadata: ["reason": "\(reason)"])
            await handler.store.rest()
            connection = nil
            input(.exchangeEnded)
            observe(.synchronised)
            // What is offered is tried before the next connection, and that follows at once.
            if routeMayChange { input(.due(.order)) }
            routeMayChange = false
        } catch {
            await noteEnd(error)
            await reach.failed(error)
            let isRedirected = await givesUpAddress(error)
            let hint = note(error)
            await keep(hint, of: error)
            await handler.store.rest()
            connection = nil
            input(.exchangeFailed(retryAfter: hint))
            if isRedirected { input(.redirected) }
        }
    }

    private func converse(over link: HTTPLink, _ reason: ConnectionMachine.Reason) async throws {
        await composer.beginConnection()
        var rounds = 0
        while rounds < DeviceLimits.roundsPerSync {
            let sent = ContinuousClock.now
            input(.composing)
            let frame = try await composer.compose(
                reason: reason, eventBytes: DeviceLimits.eventRequestBytes, session: machine.settings,
                now: environment.now())
            let result = try await handler.handle(try await link.exchange(frame.message), session: machine.settings)
            let isNews = await met(plain: result.isPlain)
            let stored = result.isPlain || result.acknowledged >= frame.number
            if result.isPlain {
                await composer.acknowledgePlain(frame)
            } else if stored {
                try await composer.acknowledge(frame, now: environment.now())
            }
            if let session = result.session { input(.settings(session)) }
            routeMayChange = routeMayChange || result.routeMayChange
            await orders.settled()
            await applier.settled()
            rounds += 1
            if result.more || isNews { continue }
            if stored, try await composer.hasMore() { continue }
            guard await tasks.hasActiveOperatorRun, !Task.isCancelled else { return }
            // An operator watches: stay, say what changes, and hear whether the run is cancelled.
            await waitForChange(sent)
            rounds = 0
        }
        logger.notice("synchronisation ended after \(rounds) rounds with more to say")
    }

    private func waitForChange(_ sent: ContinuousClock.Instant) async {
        let limit = Task {
            try? await Task.sleep(for: Self.progressPoll)
            self.wakeWaiter()
        }
        await withCheckedContinuation { waiter = $0 }
        limit.cancel()
        try? await Task.sleep(until: sent + Self.progressSpacing, clock: .continuous)
    }

    private func wakeWaiter() {
        waiter?.resume()
        waiter = nil
    }
}
