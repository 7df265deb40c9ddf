internal import FoundationEssentials
internal import MartletABI

extension Host {
    /// Queues the event and returns at once. Fails with `resourceExhausted` when too many wait to be stored, and with
    /// `invalidArgument` when it is larger than 8 KiB.
    public func emit(_ event: Event) throws(PluginFailure) {
        let data: [UInt8]
        do {
            data = event.arguments.isEmpty ? [] : Array(try Documents.encode(event.arguments))
        } catch {
            throw PluginFailure(.invalidArgument, "\(error)")
        }
        try with(MARTLET_EXT_EVENTS, martlet_host_events.self) { (host, events) throws(PluginFailure) in
            try ErrorRecord.check { error in
                CEvent.borrow(event, data) { events.emit?(host, $0, error) ?? Int32(MARTLET_UNIMPLEMENTED) }
            }
        }
    }

    /// Queues the event, first waiting for room if need be, and returns when the device has stored it.
    public func emitDurably(_ event: Event) async throws {
        do throws(PluginFailure) {
            try emit(event)
        } catch {
            guard error.code == .resourceExhausted else { throw error }
            try await flush()
            try emit(event)
        }
        try await flush()
    }

    /// Returns when every event queued before is stored on the device; fails when the device refused one.
    public func flush() async throws {
        let deadline = CallDeadline.current(atMost: .seconds(30))
        try await waiting { () throws(PluginFailure) in
            try self.with(MARTLET_EXT_EVENTS, martlet_host_events.self) { (host, events) throws(PluginFailure) in
                try ErrorRecord.check { events.flush?(host, deadline, $0) ?? Int32(MARTLET_UNIMPLEMENTED) }
            }
        }
    }
}
