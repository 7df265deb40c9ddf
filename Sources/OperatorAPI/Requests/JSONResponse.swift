import DesiredState
import Hummingbird
import NIOCore

/// Answers in JSON.
enum JSONResponse {
    static func make(
        _ json: JSONValue, status: HTTPResponse.Status = .ok, contentType: String = "application/json",
        revision: Int64? = nil
    ) -> Response {
        var headers: HTTPFields = [.contentType: contentType, .cacheControl: "no-store"]
        if let revision { headers[.eTag] = "\"\(revision)\"" }
        return Response(
            status: status, headers: headers,
            body: ResponseBody(byteBuffer: ByteBuffer(bytes: CanonicalJSON.encode(json))))
    }

    static func list(_ items: [JSONValue], next: String?) -> Response {
        make(.object(fields: ["items": .array(items), "next": .text(next)]))
    }
}
