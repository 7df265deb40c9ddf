internal import MartletABI

extension Host {
    /// The value that an operator gave the secret which settings name. Throws `notFound` when this device has no such secret
    /// of this plugin (yet); when it comes or changes, settings are applied again. Keep it nowhere: not in a file, not in a
    /// log line, not in a result.
    public func secret(_ name: String) async throws -> [UInt8] {
        let deadline = CallDeadline.current(atMost: .seconds(10))
        return try await waiting { () throws(PluginFailure) in
            try self.with(MARTLET_EXT_SECRET, martlet_host_secret.self) { (host, secrets) throws(PluginFailure) in
                let gathered = GatheringSink()
                try ErrorRecord.check { error in
                    gathered.borrow { sink in
                        CString.borrow(name) { name in
                            withUnsafePointer(to: name) {
                                secrets.get?(host, deadline, $0, sink, error) ?? Int32(MARTLET_UNIMPLEMENTED)
                            }
                        }
                    }
                }
                return gathered.bytes
            }
        }
    }
}
