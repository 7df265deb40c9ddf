package import DesiredState
package import Foundation
import Glibc
import PluginTestBench

/// A server and agents of a test, real processes in a directory of their own, on free ports of loopback.
package final class Stage: Sendable {
    package let directory: URL
    package let pluginsDirectory: URL
    private let serverSettings: String
    private let serverExtra: String
    /// Where processes run: each in the namespace of its name, if the network has one, else here.
    package let network: TestNetwork?

    /// `serverSettings` is added to server.yaml's `agents`, `serverExtra` to the file.
    package init(
        serverSettings: String = "", serverExtra: String = "", network: TestNetwork? = nil,
        plugins: [StagePlugin] = [.fixture]
    ) throws {
        directory = FileManager.default.temporaryDirectory.appendingPathComponent("mt-\(UUID().uuidString.prefix(8))")
        pluginsDirectory = directory.appendingPathComponent("plugins")
        self.serverSettings = serverSettings
        self.serverExtra = serverExtra
        self.network = network
        try FileManager.default.createDirectory(at: pluginsDirectory, withIntermediateDirectories: true)
        for plugin in plugins { try plugin.install(in: pluginsDirectory, directory: directory) }
    }

    deinit {
        // What was killed just now may be writing still.
        for _ in 0..<50 where FileManager.default.fileExists(atPath: directory.path) {
            if (try? FileManager.default.removeItem(at: directory)) == nil { usleep(50_000) }
        }
    }

    package func path(_ name: String) -> String { directory.appendingPathComponent(name).path }
    package func write(_ name: String, _ text: String) throws {
        try text.write(toFile: path(name), atomically: true, encoding: .utf8)
    }

    /// Makes the server's keys and store and starts it.
    package func server(host: String = "127.0.0.1", wakeTimeout: Int = 10) async throws -> StageServer {
        let (agentPort, operatorPort) = (try FreePort.onLoopback(), try FreePort.onLoopback())
        try write(
            "server.yaml",
            """
            dataDirectory: \(path("server"))
            agents: {host: "\(host)", port: \(agentPort)\(serverSettings.isEmpty ? "" : ", " + serverSettings)}
            operators: {host: 127.0.0.1, port: \(operatorPort)}
            pluginsDirectory: \(pluginsDirectory.path)
            wakeTimeout: \(wakeTimeout)
            \(serverExtra)
            """)
        let setup = try await run(
            "martlet-server", ["init", "--config", path("server.yaml"), "--name", "127.0.0.1", "--name", "localhost"])
        try setup.expect(0)
        return try await StageServer.start(self)
    }

    /// Runs one of our executables to its end, where `place` is.
    package func run(
        _ executable: String, _ arguments: [String], input: String? = nil, at place: String = "server"
    ) async throws -> Outcome {
        let (program, all) = command(Products.executable(executable), arguments, at: place)
        return try await Outcome.of(program, all, input: input)
    }

    /// The same command, in the place's namespace.
    package func command(_ executable: URL, _ arguments: [String], at place: String) -> (URL, [String]) {
        guard let namespace = network?.namespace(of: place) else { return (executable, arguments) }
        return (
            URL(fileURLWithPath: "/sbin/ip"), ["netns", "exec", namespace, executable.path] + arguments
        )
    }
}

/// What a command printed and how it ended.
package struct Outcome: Sendable {
    package let code: Int32
    package let output: String
    package let errors: String
    package let command: String

    package func expect(_ code: Int32) throws {
        guard self.code == code else {
            throw NotInTime(
                description: "\(command): expected exit code \(code), got \(self.code)\n\(output)\n\(errors)")
        }
    }

    package var json: JSONValue { get throws { try JSONValue(parsing: Array(output.utf8), maximumBytes: 64 << 20) } }

    package static func of(_ executable: URL, _ arguments: [String], input: String? = nil) async throws -> Outcome {
        let process = Process()
        process.executableURL = executable
        process.arguments = arguments
        let (output, errors, entry) = (try PrivatePipe(), try PrivatePipe(), try PrivatePipe())
        process.standardOutput = output.writing
        process.standardError = errors.writing
        process.standardInput = entry.reading
        let (ended, continuation) = AsyncStream.makeStream(of: Int32.self)
        process.terminationHandler = {
            continuation.yield($0.terminationReason == .exit ? $0.terminationStatus : -$0.terminationStatus)
            continuation.finish()
        }
        try ProcessStart.run(process)
        for theirs in [output.writing, errors.writing, entry.reading] { try theirs.close() }
        // A program may end without reading: that is an error of this write, not the end of the tests' process.
        signal(SIGPIPE, SIG_IGN)
        if let input { try entry.writing.write(contentsOf: Data(input.utf8)) }
        try entry.writing.close()
        async let printed = read(output)
        async let said = read(errors)
        var code: Int32 = -1
        for await value in ended { code = value }
        let command = ([executable.lastPathComponent] + arguments).joined(separator: " ")
        return Outcome(
            code: code, output: String(decoding: await printed, as: UTF8.self),
            errors: String(decoding: await said, as: UTF8.self),
            command: command)
    }

    /// Everything until the end, whatever interrupts it (`readDataToEndOfFile` traps on EINTR).
    private static func read(_ pipe: PrivatePipe) async -> Data {
        await withCheckedContinuation { continuation in
            let handle = pipe.reading
            // A thread of its own: the shared ones are as many as processors, and others wait for their children on them,
            // for minutes.
            Thread.detachNewThread {
                var data = Data()
                var chunk = [UInt8](repeating: 0, count: 64 << 10)
                while true {
                    let count = Glibc.read(handle.fileDescriptor, &chunk, chunk.count)
                    if count < 0, errno == EINTR { continue }
                    if count <= 0 { break }
                    data += chunk[0..<count]
                }
                continuation.resume(returning: data)
            }
        }
    }
}
