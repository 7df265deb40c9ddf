extension AgentStore {
    package func sessionSettings() throws -> SessionSettings {
        var settings = SessionSettings()
        if let interval = try number(.syncInterval) { settings.syncInterval = interval }
        if let keep = try number(.keepConnection) { settings.keepConnection = keep != 0 }
        if let window = try number(.reconnectWindow) { settings.reconnectWindow = window }
        if let interval = try number(.statisticsInterval) { settings.statisticsInterval = interval }
        if let slot = try number(.reconnectSlot) { settings.reconnectSlot = slot }
        return settings
    }

    /// The server asked not to be spoken to for so long (µs). `now` is of the steady clock, which goes on while the agent
    /// is started anew; after a start of the host the wait is at most as long as it was.
    package func keep(retryAfter duration: Int64, now: Int64) throws {
        try database.transaction {
            try set(.retryUntil, .integer(now + duration))
            try set(.retryFor, .integer(duration))
        }
    }

    /// When the server may be spoken to again, by the steady clock.
    package func notBefore(now: Int64) throws -> Int64 {
        guard let until = try number(.retryUntil), let duration = try number(.retryFor), until > now else { return now }
        return min(until, now + duration)
    }

    package func keep(_ settings: SessionSettings) throws {
        try database.transaction {
            try set(.syncInterval, .integer(settings.syncInterval))
            try set(.keepConnection, .integer(settings.keepConnection ? 1 : 0))
            try set(.reconnectWindow, .integer(settings.reconnectWindow))
            try set(.statisticsInterval, .integer(settings.statisticsInterval))
            try set(.reconnectSlot, .integer(settings.reconnectSlot))
        }
    }
}
