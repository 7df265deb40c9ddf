import DurableFiles
import PluginTestBench

extension Recorder {
    /// Waits for what nobody tells: asks again until it is so.
    func poll(_ what: String, _ look: @escaping @Sendable () async -> Bool) async throws {
        for _ in 0..<3_000 {
            if await look() { return }
            try await Task.sleep(for: .milliseconds(10))
        }
        throw Failure("waited in vain for: \(what)")
    }
}

extension FileBytes {
    /// Complete lines of a file; none when there is no file.
    static func lines(_ path: String) -> [String] {
        let bytes = (try? read(path)).flatMap { $0 } ?? []
        return String(decoding: bytes, as: UTF8.self).split(separator: "\n", omittingEmptySubsequences: false)
            .dropLast()
            .map(String.init)
    }
}
