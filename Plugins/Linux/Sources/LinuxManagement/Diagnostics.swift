internal import Dispatch
internal import FoundationEssentials
internal import Glibc
internal import MartletPluginKit

/// The task collect-diagnostics: facts of the machine and the agent's log as one archive.
///
/// Nothing in it is configuration, environment or arguments of a process: those may hold secrets.
enum Diagnostics {
    struct Result: Encodable, Sendable {
        let artifact: String
        let bytes: Int
        let files: [String]
    }

    static let artifact = "diagnostics.tar.gz"
    /// Of one file; of a log its last lines.
    static let mostBytes = 2 << 20
    static let logLines = 5_000
    private static let copied = [
        "/proc/version", "/proc/uptime", "/proc/loadavg", "/proc/stat", "/proc/meminfo", "/proc/mounts",
        "/etc/os-release",
    ]
    private static let path = "PATH=/usr/sbin:/usr/bin:/sbin:/bin"

    static func collect(_ facts: MachineFacts, _ run: TaskRun) async throws -> Result {
        run.report(percent: 0, "reading")
        let folder = try TemporaryFolder()
        try folder.write("facts.json", Array(JSONEncoder().encode(facts)))
        for file in copied { try copy(file, into: folder) }
        try folder.write("processes", Array(Processes.text.utf8))
        try Task.checkCancellation()
        run.report(percent: 30, "reading the agent's log")
        // Not there, or not for this user: then there is no such file in the archive.
        let log = try? await output(
            "\(path) journalctl --unit=martlet-agent --lines=\(logLines) --no-pager --output=short-iso 2>/dev/null")
        if let log, !log.isEmpty { try folder.write("agent.log", Array(log.suffix(mostBytes))) }
        try Task.checkCancellation()
        run.report(percent: 60, "packing")
        let archive = try await output("\(path) tar -czf - -C '\(folder.path)' .")
        let target = run.artifact(artifact)
        try await target.append(archive)
        try await target.finish()
        return Result(artifact: artifact, bytes: archive.count, files: folder.names)
    }

    private static func copy(_ file: String, into folder: TemporaryFolder) throws {
        guard let bytes = read(file) else { return }
        try folder.write(String(file.dropFirst().map { $0 == "/" ? "-" : $0 }), bytes)
    }

    private static func read(_ path: String) -> [UInt8]? {
        guard let file = fopen(path, "re") else { return nil }
        defer { fclose(file) }
        return bytes(of: file)
    }

    private static func bytes(of file: UnsafeMutablePointer<FILE>, limit: Int = mostBytes) -> [UInt8] {
        var bytes: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 65_536)
        while bytes.count < limit {
            let count = fread(&buffer, 1, buffer.count, file)
            guard count > 0 else { break }
            bytes += buffer[..<count]
        }
        return bytes
    }

    /// What a command of ours prints. Throws when it fails.
    private static func output(_ command: String) async throws -> [UInt8] {
        try await withCheckedThrowingContinuation { continuation in
            DispatchQueue.global().async {
                guard let pipe = popen(command, "re") else {
                    continuation.resume(throwing: PluginFailure(.unavailable, "no shell can be started"))
                    return
                }
                let bytes = bytes(of: pipe, limit: 64 << 20)
                guard pclose(pipe) == 0 else {
                    continuation.resume(throwing: PluginFailure(.unavailable, "failed: \(command)"))
                    return
                }
                continuation.resume(returning: bytes)
            }
        }
    }
}
