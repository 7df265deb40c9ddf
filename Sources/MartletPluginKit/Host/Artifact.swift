internal import MartletABI

/// Something large that a run leaves at the server. Pieces are added in order; the server gets it when it is finished.
public actor Artifact {
    /// Bytes of a piece at most.
    public static let longestPiece = 1 << 20

    public nonisolated let name: String
    private let run: [UInt8]
    private let host: Host
    private var size: UInt64 = 0

    init(name: String, run: [UInt8], host: Host) {
        self.name = name
        self.run = run
        self.host = host
    }

    /// Adds bytes; longer ones than a piece in several. Throws `resourceExhausted` when a quota is used up.
    public func append(_ bytes: [UInt8]) async throws {
        var rest = bytes[...]
        while !rest.isEmpty {
            let piece = Array(rest.prefix(Self.longestPiece))
            try await host.append(piece, at: size, to: name, of: run)
            size += UInt64(piece.count)
            rest = rest.dropFirst(piece.count)
        }
    }

    /// It is whole: durable on the device when this returns.
    public func finish() async throws {
        if size == 0 { try await host.append([], at: 0, to: name, of: run) }
        try await host.finish(name, of: run)
    }
}

extension TaskRun {
    /// An artifact of this run: 1 to 64 of `[a-z0-9.-]`, not beginning with a dot.
    public func artifact(_ name: String) -> Artifact { Artifact(name: name, run: id, host: host) }
}

extension Host {
    func append(_ piece: [UInt8], at offset: UInt64, to name: String, of run: [UInt8]) async throws {
        let deadline = CallDeadline.current(atMost: .seconds(30))
        try await waiting { () throws(PluginFailure) in
            try self.with(MARTLET_EXT_ARTIFACT, martlet_host_artifact.self) { (host, side) throws(PluginFailure) in
                try ErrorRecord.check { error in
                    CString.borrow(name, piece) { name, piece in
                        side.append?(host, deadline, run, name, offset, piece, error) ?? Int32(MARTLET_UNIMPLEMENTED)
                    }
                }
            }
        }
    }

    func finish(_ name: String, of run: [UInt8]) async throws {
        let deadline = CallDeadline.current(atMost: .seconds(30))
        try await waiting { () throws(PluginFailure) in
            try self.with(MARTLET_EXT_ARTIFACT, martlet_host_artifact.self) { (host, side) throws(PluginFailure) in
                try ErrorRecord.check { error in
                    CString.borrow(name) { name in
                        withUnsafePointer(to: name) {
                            side.finish?(host, deadline, run, $0, error) ?? Int32(MARTLET_UNIMPLEMENTED)
                        }
                    }
                }
            }
        }
    }
}
