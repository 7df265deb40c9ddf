import DesiredState
import DeviceProtocol
import Foundation
import ServerCore
import ServerStore
import Testing

@Suite struct ArtifactStoreTests {
    private static let bytes = (0..<1_000).map { UInt8(truncatingIfNeeded: $0 * 7) }
    private static let digest = Digest.sha256(bytes)

    private static func store(
        _ server: TestServer, _ change: (inout ArtifactLimits) -> Void = { _ in }
    ) -> ArtifactStore {
        var limits = ArtifactLimits()
        change(&limits)
        return ArtifactStore(
            store: server.store, dataDirectory: server.directory.path, limits: limits, clock: server.clock.clock)
    }

    private static func run(_ server: TestServer, of device: DeviceUID) async throws -> RunID {
        let run = RunID.make(now: server.clock.now)
        try await server.store.write { transaction in
            try transaction.execute(
                """
                INSERT INTO runs (run_id, device_uid, task_name, application, task, parameters, run_trigger, state, percent,
                    message, result, created_at, updated_at, revision)
                VALUES ($1, $2, 't', 'a', 't', '{}', 'operator', 3, 0, '', 'null', 1, 1, 1)
                """, [.blob(run.bytes), .blob(device.bytes)])
        }
        return run
    }

    private static func piece(
        _ run: RunID, _ range: Range<Int>, name: String = "a.bin", digest: [UInt8] = digest
    ) -> ArtifactPiece {
        ArtifactPiece(
            run: run, name: name, offset: Int64(range.lowerBound), length: Int64(bytes.count), digest: digest,
            bytes: Array(bytes[range]))
    }

    private static func refusal(_ body: () async throws -> Void) async -> ArtifactRefusal? {
        do { try await body() } catch { return error as? ArtifactRefusal }
        return nil
    }

    @Test(
        arguments: [
            [Int64.max, Int64.max], [Int64.max, 10], [Int64.max - 1, Int64.max], [-1, 10], [Int64.min, 10], [5, 4],
            [0, -1],
        ] as [[Int64]])
    func `a piece whose numbers make no sense is refused, and nothing else happens`(numbers: [Int64]) async throws {
        let (offset, length) = (numbers[0], numbers[1])
        try await TestServer.run { server in
            let device = try await server.addDevice()
            let (store, run) = (Self.store(server), try await Self.run(server, of: device))
            let piece = ArtifactPiece(
                run: run, name: "a", offset: offset, length: length, digest: Self.digest, bytes: [1, 2, 3])
            let refusal = await Self.refusal { _ = try await store.take(piece, from: device) }
            switch refusal {
            case .invalid, .overQuota: break
            default: Issue.record("\(String(describing: refusal))")
            }
        }
    }

    @Test func `pieces become a file named by its hash that nobody else may read`() async throws {
        try await TestServer.run { server in
            let device = try await server.addDevice()
            let (store, run) = (Self.store(server), try await Self.run(server, of: device))
            #expect(try await store.take(Self.piece(run, 0..<400), from: device).offset == 400)
            #expect(try await store.list(run).isEmpty, "not before it is whole")
            // Another server process goes on where this one was.
            let restarted = Self.store(server)
            #expect(try await restarted.progress(run, "a.bin", of: device) == .init(offset: 400, isComplete: false))
            #expect(
                await Self.refusal { _ = try await restarted.take(Self.piece(run, 0..<400), from: device) }
                    == .elsewhere(400))
            #expect(try await restarted.take(Self.piece(run, 400..<1_000), from: device).isComplete)
            let (record, file) = try await restarted.find(run, "a.bin")
            #expect(record.size == 1_000 && record.digest == Self.digest)
            #expect(try Array(Data(contentsOf: URL(fileURLWithPath: file))) == Self.bytes)
            let mode = try FileManager.default.attributesOfItem(atPath: file)[.posixPermissions] as? Int
            #expect(mode == 0o600)
            #expect(file.hasSuffix("/artifacts/" + Digest.hex(Self.digest)))
            #expect(try await restarted.progress(run, "a.bin", of: device).isComplete)
        }
    }

    @Test func `a whole that is not what was announced is gone, and may come anew`() async throws {
        try await TestServer.run { server in
            let device = try await server.addDevice()
            let (store, run) = (Self.store(server), try await Self.run(server, of: device))
            let wrong = Self.piece(run, 0..<1_000, digest: [UInt8](repeating: 1, count: 32))
            guard case .wrongDigest = await Self.refusal({ _ = try await store.take(wrong, from: device) }) else {
                Issue.record("it was taken")
                return
            }
            #expect(try await store.progress(run, "a.bin", of: device).offset == 0)
            #expect(try await store.take(Self.piece(run, 0..<1_000), from: device).isComplete)
        }
    }

    @Test func `another device's run and one that is unknown are refused`() async throws {
        try await TestServer.run { server in
            let (device, other) = (try await server.addDevice(), try await server.addDevice())
            let (store, run) = (Self.store(server), try await Self.run(server, of: device))
            let foreign = await Self.refusal { _ = try await store.take(Self.piece(run, 0..<1_000), from: other) }
            #expect(foreign == .notYours("run \(run) is not one of device \(other)"))
            let unknown = RunID.make(now: 1)
            guard case .unknownRun = await Self.refusal({ _ = try await store.progress(unknown, "a", of: device) })
            else {
                Issue.record("it was known")
                return
            }
        }
    }

    @Test func `each quota is refused by its name`() async throws {
        try await TestServer.run { server in
            let device = try await server.addDevice()
            let run = try await Self.run(server, of: device)
            func refused(_ store: ArtifactStore, _ name: String) async -> String {
                await Self.refusal { _ = try await store.take(Self.piece(run, 0..<1_000, name: name), from: device) }
                    .map { "\($0)" } ?? ""
            }
            #expect(await refused(Self.store(server) { $0.perArtifact = 999 }, "a").contains("artifacts.perArtifact"))
            let small = Self.store(server) { $0.perDevice = 1_999 }
            #expect(await refused(small, "a").isEmpty)
            #expect(await refused(small, "b").contains("artifacts.perDevice"))
            let endless = Self.store(server) { $0.perArtifact = .max }
            let claim = ArtifactPiece(run: run, name: "c", offset: 0, length: .max, digest: Self.digest, bytes: [1])
            let refusal = await Self.refusal { _ = try await endless.take(claim, from: device) }
            #expect("\(refusal as Any)".contains("artifacts.perDevice"), "a length that nothing can be added to")
            let store = Self.store(server)
            for number in 0..<ArtifactStore.mostUnderWay {
                _ = try await store.take(Self.piece(run, 0..<1, name: "u\(number)"), from: device)
            }
            #expect(await refused(store, "more").contains("under way"))
            for number in 0..<ArtifactStore.mostUnderWay {
                _ = try await store.take(Self.piece(run, 1..<1_000, name: "u\(number)"), from: device)
            }
            for number in 1 + ArtifactStore.mostUnderWay..<ArtifactProtocol.mostPerRun {
                #expect(await refused(store, "w\(number)").isEmpty)
            }
            #expect(await refused(store, "last").contains("\(ArtifactProtocol.mostPerRun) artifacts"))
        }
    }

    @Test func `an artifact goes with its run, its file with the last that names it`() async throws {
        try await TestServer.run { server in
            let device = try await server.addDevice()
            let (first, second) = (try await Self.run(server, of: device), try await Self.run(server, of: device))
            let store = Self.store(server)
            for run in [first, second] { _ = try await store.take(Self.piece(run, 0..<1_000), from: device) }
            let file = try await store.find(first, "a.bin").file
            // Files are aged by their own times, which no test clock moves.
            server.clock.advance(seconds: Int64(Date().timeIntervalSince1970) - server.clock.now / 1_000_000 + 7_200)
            try await server.store.write { try $0.execute("DELETE FROM runs WHERE run_id = $1", [.blob(first.bytes)]) }
            #expect(try await store.sweep() == 1)
            #expect(try await store.list(first).isEmpty)
            #expect(FileManager.default.fileExists(atPath: file), "the other run has the same bytes")
            try await server.store.write { try $0.execute("DELETE FROM runs", []) }
            #expect(try await store.sweep() == 2)
            #expect(!FileManager.default.fileExists(atPath: file))
        }
    }
}
