import DesiredState
import DeviceProtocol
import Foundation
import Hummingbird
import NIOCore
import ServerCore

/// `/runs/{run}/artifacts`: what a run left at the server.
enum ArtifactRoutes {
    private static let pieceBytes = 256 << 10

    static let endpoints = [
        Endpoint(
            .get, "runs/{run}/artifacts", id: "listArtifacts", .role(.read), "List what a run left.",
            answer: .json(
                Schema.object(["items": Schema.list(of: Schema.component("Artifact"))], required: ["items"]),
                "All of them."), handler: list),
        Endpoint(
            .get, "runs/{run}/artifacts/{name}", id: "getArtifact", .role(.operate),
            "Download what a run left; with `Range`, 206 and a part of it.",
            headers: [
                EndpointParameter(
                    "Range", "One range of bytes. What is none, or lies behind the end, is answered with the whole.",
                    ["type": "string"])
            ], answer: .bytes, handler: download),
    ]

    private static func list(_ call: EndpointCall) async throws -> Response {
        let run = try await existing(call)
        return JSONResponse.make(["items": .array(try await call.services.artifacts.list(run).map(ArtifactJSON.make))])
    }

    private static func download(_ call: EndpointCall) async throws -> Response {
        let (record, file) = try await call.services.artifacts.find(call.run(), call.path("name"))
        let part = ByteRange(call.request.headers[.range], size: record.size)
        let range = part ?? ByteRange("bytes=0-", size: record.size)
        var headers: HTTPFields = [
            .contentType: "application/octet-stream", .cacheControl: "no-store", .acceptRanges: "bytes",
            .eTag: "\"\(Digest.hex(record.digest))\"",
            .contentDisposition: "attachment; filename=\"\(record.name)\"",
            .contentLength: "\(range?.count ?? 0)",
        ]
        if let part { headers[.contentRange] = "bytes \(part.first)-\(part.last)/\(record.size)" }
        return Response(
            status: part == nil ? .ok : .partialContent, headers: headers,
            body: ResponseBody(contentLength: Int(range?.count ?? 0)) { writer in
                if let range { try await write(file, range, to: &writer) }
                try await writer.finish(nil)
            })
    }

    private static func write(
        _ path: String, _ range: ByteRange, to writer: inout any ResponseBodyWriter
    ) async throws {
        let file = try FileHandle(forReadingFrom: URL(fileURLWithPath: path))
        defer { try? file.close() }
        try file.seek(toOffset: UInt64(range.first))
        var left = Int(range.count)
        while left > 0, let piece = try file.read(upToCount: min(left, pieceBytes)), !piece.isEmpty {
            left -= piece.count
            try await writer.write(ByteBuffer(bytes: piece))
        }
    }

    /// Throws when there is no such run.
    private static func existing(_ call: EndpointCall) async throws -> RunID {
        try await call.services.queries.run(call.run()).id
    }
}
