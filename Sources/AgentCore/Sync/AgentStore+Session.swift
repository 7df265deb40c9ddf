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
