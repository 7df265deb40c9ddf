import DesiredState
import Hummingbird
import NIOCore
import ServerCore
import ServiceLifecycle

/// Server-sent events. Every event's `id` is the cursor with which a client goes on after a break; a comment every 15 s
/// shows that the connection lives.
struct EventStream: Sendable {
    static let commentInterval = Duration.seconds(15)
    static let batch = 200

    let services: OperatorServices
    let filter: EventFilter
    let start: Int64
    /// nil for as long as the client stays.
    let life: Duration?
    /// Whose it is: the stream ends when their token does.
    let admission: OperatorAdmission?

    /// Position after which to begin: the cursor's, or now. A cursor from before a restore of the store is refused,
    /// since positions start anew with it.
    static func start(_ cursor: String?, services: OperatorServices) async throws -> Int64 {
        guard let cursor else { return try await services.queries.lastEventPosition() }
        let key = try Cursor.decode(cursor)
        guard key.count == 2, key[0] == "\(services.storeEpoch)", let position = Int64(key[1]) else {
            throw CoreError(.invalid, "the cursor does not belong to this event stream; begin again without it")
        }
        return position
    }

    func write(to writer: inout any ResponseBodyWriter) async throws {
        var position = start
        try await writer.write(ByteBuffer(string: ": martlet events\n\n"))
        var written = ContinuousClock.now
        for await beat in beats().cancelOnGracefulShutdown() {
            guard beat != .end, let wrote = try await writeNew(above: &position, to: &writer) else { return }
            // News that are for others may have taken the tick's place.
            guard wrote || beat == .tick || .now - written >= Self.commentInterval else { continue }
            if !wrote { try await writer.write(ByteBuffer(string: ":\n\n")) }
            written = .now
        }
    }

    /// Returns whether there was something; nil when the token's time was over by then.
    private func writeNew(above position: inout Int64, to writer: inout any ResponseBodyWriter) async throws -> Bool? {
        var wrote = false
        let (tokens, admission) = (services.operatorTokens, admission)
        while true {
            // Not an event is for a token that was revoked or has expired before it happened.
            let slice = try await services.queries.events(filter, above: position, limit: Self.batch) { reader in
                try admission.map { try tokens.stands($0, in: reader) } ?? true
            }
            guard let slice else { return nil }
            position = slice.through
            guard !slice.events.isEmpty else { return wrote }
            var text = ""
            for event in slice.events {
                let id = Cursor.encode(["\(services.storeEpoch)", "\(event.position)"])
                text += "id: \(id)\nevent: event\ndata: \(CanonicalJSON.text(EventJSON.make(event)))\n\n"
            }
            try await writer.write(ByteBuffer(string: text))
            wrote = true
            if slice.events.count < Self.batch { return wrote }
        }
    }

    private enum Beat: Sendable { case start, news, tick, revocation, end }

    /// When to look for news: at once, whenever something was stored, and every so often.
    private func beats() -> AsyncStream<Beat> {
        let (stream, continuation) = AsyncStream.makeStream(of: Beat.self, bufferingPolicy: .bufferingNewest(1))
        let news = services.eventFeed.listen { continuation.yield(.news) }
        let ticks = Task {
            while !Task.isCancelled {
                try await Task.sleep(for: Self.commentInterval)
                continuation.yield(.tick)
            }
        }
        let revocations = services.operatorTokens.revocations.listen { continuation.yield(.revocation) }
        let end = life.map { life in
            Task {
                try await Task.sleep(for: life)
                continuation.yield(.end)
                continuation.finish()
            }
        }
        continuation.onTermination = { _ in
            news()
            ticks.cancel()
            revocations()
            end?.cancel()
        }
        continuation.yield(.start)
        return stream
    }
}
