internal import MartletABI

extension Host {
    /// The value stored under the key; nil when there is none. Keys are 1 to 64 of `[a-z0-9.-]`.
    public func stored(_ key: String) async throws -> [UInt8]? {
        let deadline = CallDeadline.current(atMost: .seconds(10))
        do {
            return try await waiting { () throws(PluginFailure) in
                try self.with(MARTLET_EXT_STORAGE, martlet_host_storage.self) { (host, storage) throws(PluginFailure) in
                    let gathered = GatheringSink()
                    try ErrorRecord.check { error in
                        gathered.borrow { sink in
                            CString.borrow(key) { key in
                                withUnsafePointer(to: key) {
                                    storage.get?(host, deadline, $0, sink, error) ?? Int32(MARTLET_UNIMPLEMENTED)
                                }
                            }
                        }
                    }
                    return gathered.bytes
                }
            }
        } catch let failure as PluginFailure where failure.code == .notFound {
            return nil
        }
    }

    /// Stores at most 64 KiB durably; an empty value removes the key.
    public func store(_ value: [UInt8], under key: String) async throws {
        let deadline = CallDeadline.current(atMost: .seconds(10))
        try await waiting { () throws(PluginFailure) in
            try self.with(MARTLET_EXT_STORAGE, martlet_host_storage.self) { (host, storage) throws(PluginFailure) in
                try ErrorRecord.check { error in
                    CString.borrow(key, value) { key, value in
                        storage.put?(host, deadline, key, value, error) ?? Int32(MARTLET_UNIMPLEMENTED)
                    }
                }
            }
        }
    }
}
