import AsyncHTTPClient
import Crypto
import DesiredState
import Foundation
import NIOCore
import NIOHTTP1

extension APIClient {
    /// Fetches bytes into `path`, for its owner alone. What a former attempt left in `path.part` is not fetched again.
    func download(_ resource: [String], to path: String, size: Int64, sha256: String) async throws(CLIError) {
        let part = path + ".part"
        do {
            if !FileManager.default.fileExists(atPath: part) {
                guard
                    FileManager.default.createFile(atPath: part, contents: nil, attributes: [.posixPermissions: 0o600])
                else { throw CLIError(.failed, "cannot write \(part)") }
            }
            let handle = try FileHandle(forWritingTo: URL(fileURLWithPath: part))
            defer { try? handle.close() }
            var held = Int64(try handle.seekToEnd())
            if held > size {
                try handle.truncate(atOffset: 0)
                held = 0
            }
            if held < size { try await fetch(resource, after: held, into: handle) }
            try handle.synchronize()
            guard try Self.digest(of: part) == sha256 else {
                try FileManager.default.removeItem(atPath: part)
                throw CLIError(
                    .failed, "\(path): what came has another SHA-256 than the server says; run the command again")
            }
            guard rename(part, path) == 0 else { throw CLIError(.failed, "cannot write \(path)") }
        } catch let error as CLIError {
            throw error
        } catch let error as CocoaError {
            throw CLIError(.failed, "cannot write \(path): \(error.localizedDescription)")
        } catch {
            throw unreachable(error)
        }
    }

    private func fetch(_ resource: [String], after held: Int64, into handle: FileHandle) async throws {
        var request = try request(resource, query: [])
        if held > 0 { request.headers.add(name: "range", value: "bytes=\(held)-") }
        let response = try await http.execute(request, deadline: .distantFuture)
        guard (200..<300).contains(response.status.code) else {
            let body = try await response.body.collect(upTo: 1 << 20)
            _ = try Self.read(response.status, Array(body.readableBytesView))
            return
        }
        if response.status != .partialContent { try handle.truncate(atOffset: 0) }
        for try await piece in response.body { try handle.write(contentsOf: Data(piece.readableBytesView)) }
    }

    private static func digest(of path: String) throws -> String {
        let file = try FileHandle(forReadingFrom: URL(fileURLWithPath: path))
        defer { try? file.close() }
        var hash = SHA256()
        while let piece = try file.read(upToCount: 1 << 20), !piece.isEmpty { hash.update(data: piece) }
        return Digest.hex(hash.finalize())
    }
}
