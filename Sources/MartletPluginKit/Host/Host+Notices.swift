internal import MartletABI

public enum LogLevel: Sendable, Hashable {
    case debug, info, warning, error

    var value: Int32 {
        switch self {
        case .debug: Int32(MARTLET_LOG_DEBUG)
        case .info: Int32(MARTLET_LOG_INFO)
        case .warning: Int32(MARTLET_LOG_WARNING)
        case .error: Int32(MARTLET_LOG_ERROR)
        }
    }
}

extension Host {
    /// Tells the agent that the application's state changed; it asks soon, at most once a second.
    public func stateChanged() {
        try? with(MARTLET_EXT_STATE, martlet_host_state.self) { (host, state) throws(PluginFailure) in
            state.state_changed?(host)
        }
    }

    /// A line of the agent's log. Dropped when the agent does not keep up.
    public func log(_ level: LogLevel, _ message: String) {
        try? with(MARTLET_EXT_LOG, martlet_host_log.self) { (host, log) throws(PluginFailure) in
            CString.borrow(message) { text in withUnsafePointer(to: text) { log.write?(host, level.value, $0) } }
        }
    }

    func progress(_ run: [UInt8], _ percent: UInt32, _ message: String) {
        try? with(MARTLET_EXT_TASKS, martlet_host_tasks.self) { (host, tasks) throws(PluginFailure) in
            CString.borrow(message) { text in
                withUnsafePointer(to: text) { tasks.progress?(host, run, percent, $0) }
            }
        }
    }

    func finish(_ run: [UInt8], _ failure: PluginFailure?, result: [UInt8]) {
        try? with(MARTLET_EXT_TASKS, martlet_host_tasks.self) { (host, tasks) throws(PluginFailure) in
            CString.borrow(failure?.message ?? "", result) { message, result in
                _ = tasks.finished?(host, run, failure?.code.status ?? Int32(MARTLET_OK), message, result)
            }
        }
    }
}
