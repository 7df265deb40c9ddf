extension ConnectionRunner {
    /// What a status says of the connection, all of one moment.
    struct Standing: Sendable {
        let machine: ConnectionMachine
        /// UTC microseconds.
        let lastSync: Int64?
        let lastError: String?
        /// Microseconds of the steady clock.
        let lastErrorTime: Int64?
    }

    var standing: Standing {
        Standing(machine: machine, lastSync: lastSync, lastError: lastError, lastErrorTime: lastErrorTime)
    }
}
