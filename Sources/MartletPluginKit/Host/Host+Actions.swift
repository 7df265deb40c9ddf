internal import FoundationEssentials
internal import MartletABI

/// What may be done to a service unit.
public enum ServiceAction: Sendable, Hashable {
    case start, stop, restart, reload

    var value: Int32 {
        switch self {
        case .start: Int32(MARTLET_SERVICE_START)
        case .stop: Int32(MARTLET_SERVICE_STOP)
        case .restart: Int32(MARTLET_SERVICE_RESTART)
        case .reload: Int32(MARTLET_SERVICE_RELOAD)
        }
    }
}

extension Host {
    /// Has the agent start or stop a unit that the manifest names; returns when that is done.
    public func service(_ action: ServiceAction, unit: String) async throws {
        let deadline = CallDeadline.current(atMost: .seconds(30))
        try await waiting { () throws(PluginFailure) in
            try self.with(MARTLET_EXT_SERVICE, martlet_host_service.self) { (host, service) throws(PluginFailure) in
                try ErrorRecord.check { error in
                    CString.borrow(unit) { unit in
                        withUnsafePointer(to: unit) {
                            service.perform?(host, deadline, action.value, $0, error) ?? Int32(MARTLET_UNIMPLEMENTED)
                        }
                    }
                }
            }
        }
    }

    /// How a unit is that the manifest names.
    public func state(ofUnit unit: String) async throws -> UnitState {
        let deadline = CallDeadline.current(atMost: .seconds(10))
        let document = try await waiting { () throws(PluginFailure) in
            try self.with(MARTLET_EXT_SERVICE, martlet_host_service.self) { (host, service) throws(PluginFailure) in
                let gathered = GatheringSink()
                try ErrorRecord.check { error in
                    gathered.borrow { sink in
                        CString.borrow(unit) { unit in
                            withUnsafePointer(to: unit) {
                                service.state?(host, deadline, $0, sink, error) ?? Int32(MARTLET_UNIMPLEMENTED)
                            }
                        }
                    }
                }
                return gathered.bytes
            }
        }
        return try JSONDecoder().decode(UnitState.self, from: Data(document))
    }

    /// Has the agent replace a file that the manifest names, atomically and durably. Owner and mode of a file that exists
    /// are kept.
    public func write(_ content: [UInt8], to path: String, mode: UInt32 = 0o644) async throws {
        let deadline = CallDeadline.current(atMost: .seconds(30))
        try await waiting { () throws(PluginFailure) in
            try self.with(MARTLET_EXT_FILE, martlet_host_file.self) { (host, file) throws(PluginFailure) in
                try ErrorRecord.check { error in
                    CString.borrow(path, content) { path, content in
                        file.write?(host, deadline, path, mode, content, error) ?? Int32(MARTLET_UNIMPLEMENTED)
                    }
                }
            }
        }
    }
}
