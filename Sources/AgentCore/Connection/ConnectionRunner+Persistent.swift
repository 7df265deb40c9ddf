import DeviceProtocol
import FoundationEssentials
import Logging
import NIOCore
import OpAMP

// The kept connection.
extension ConnectionRunner {
    func holdPersistent() async {
        wasAnswered = false
        do {
            try await maintain()
            let link = try await WebSocketLink.open(try await route.connector())
            await composer.beginConnection()
            persistent = persistent.next(link)
            let server = await route.endpoint
            logger.info("persistent connection opened", metadata: ["server": "\(server)"])
            lastError = nil
            await reach.succeeded()
            await route.noteConnection(succeeded: true)
            input(.persistentOpened)
            observe(.opened)
            for try await message in link.messages { try await receive(message) }
            await noteEnd()
            await ended(clean: persistent.closing, retryAfter: nil)
        } catch {
            let closing = persistent.closing
            let goesAnotherWay = await noteEnd(error)
            if !closing { await reach.failed(error) }
            let isRedirected = persistent.link == nil ? await givesUpAddress(error) : false
            await persistent.link?.close()
            let hint = closing ? nil : note(error)
            if persistent.link == nil, !goesAnotherWay { noteUpgrade(error) }
            await keep(hint, of: error)
            await ended(clean: closing, retryAfter: hint)
            if isRedirected { input(.redirected) }
        }
    }

    /// A server of ours never says so to a device that may speak: this one, or a proxy before it, makes no WebSockets.
    private func noteUpgrade(_ error: any Error) {
        guard let status = (error as? LinkError)?.status, [200, 400, 404, 405, 426, 501].contains(status) else {
            return
        }
        var settings = machine.settings
        settings.upgradeRefusedUntil = environment.steady() + Self.upgradeSpacing
        input(.settings(settings))
    }

    private func ended(clean: Bool, retryAfter: Int64?) async {
        await handler.store.rest()
        if persistent.link != nil { observe(.closed) }
        persistent.timeout?.cancel()
        persistent = persistent.next()
        logger.info("persistent connection ended", metadata: ["clean": "\(clean)"])
        input(.persistentClosed(clean: clean, retryAfter: retryAfter))
        // Told to come periodically while something was left that does not wait for the first period.
        guard clean, !machine.settings.keepConnection, (try? await composer.isPressing()) == true else { return }
        input(.due(.event))
    }

    private func receive(_ message: OpAMPServerToAgent) async throws {
        let result = try await handler.handle(message, session: machine.settings)
        // Only what answers a frame says what kind of server it is: good-bye, for one, has none and is answered by none.
        let isAnswer = !result.isPlain || (persistent.isOutstanding && !persistent.closing)
        if isAnswer, await met(plain: result.isPlain) { persistent.want(.change) }
        if let frame = persistent.acknowledged(through: result.isPlain && isAnswer ? .max : result.acknowledged) {
            if result.isPlain {
                await composer.acknowledgePlain(frame)
            } else {
                try await composer.acknowledge(frame, now: environment.now())
            }
            input(.persistentAnswered)
            observe(.synchronised)
            if try await composer.hasMore() { persistent.want(.change) }
        }
        if result.more { persistent.want(.change) }
        if let session = result.session { input(.settings(session)) }
        if result.routeMayChange { Task { await self.maintainWhileConnected() } }
        await pump()
    }

    /// Sends what is due, unless a frame is outstanding.
    func pump() async {
        guard let link = persistent.link, let reason = persistent.begin() else { return }
        let generation = persistent.generation
        do {
            let frame = try await composer.compose(
                reason: reason, eventBytes: DeviceLimits.eventBatchBytes, session: machine.settings,
                now: environment.now())
            guard persistent.generation == generation else { return }
            guard frame.saysSomething || reason > .order || reason == .schedule else {
                persistent.nothingToSay()
                if persistent.wanted != nil { await pump() }
                return
            }
            persistent.sent(frame)
            persistent.timeout = link.close(after: Self.acknowledgeTimeout)
            try await link.send(frame.message)
        } catch {
            logger.warning("sending failed", metadata: ["error": "\(error)"])
            await link.close()
        }
    }

    func closePersistent() async {
        guard let link = persistent.link, !persistent.closing else { return }
        persistent.closing = true
        try? await link.send(await composer.disconnect())
        await link.close()
    }
}
