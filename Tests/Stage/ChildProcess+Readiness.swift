package import DesiredState
import Foundation

extension ChildProcess {
    /// What it writes to the file `path` once it is ready; `.null` when it died first where that was asked for: whoever else
    /// runs may bring it to its failpoint before it is ready. `what` is what it then does, for the error.
    package func readiness(
        in path: String, armed environment: [String: String], _ what: String
    ) async throws -> JSONValue {
        let facts: JSONValue = try await eventually("\(what)\n\(text.suffix(4_000))") {
            // Asked first: what is dead writes nothing after it was read.
            let isOver = !isRunning
            let written = try? JSONValue(parsing: [UInt8](Data(contentsOf: URL(fileURLWithPath: path))))
            return written ?? (isOver ? .null : nil)
        }
        guard facts == .null else { return facts }
        let code = await end()
        guard environment["MARTLET_FAILPOINT"] != nil, code == -SIGKILL else {
            throw NotInTime(description: "\(name) ended with \(code) before \(what)\n\(text.suffix(4_000))")
        }
        return facts
    }
}
