import AsyncHTTPClient
import DesiredState
import Foundation
import NIOCore
import NIOFoundationCompat
import NIOHTTP1
import NIOSSL

/// Speaks to a server's REST interface. Errors come as `CLIError` with the exit code that fits.
struct APIClient: Sendable {
    private static let largestAnswer = 64 << 20

    let http: HTTPClient
    let context: ClientContext
    let timeout: TimeAmount

    /// Runs `body` with a client for the options' context, and closes it.
    static func with<T: Sendable>(_ options: GlobalOptions, _ body: (APIClient) async throws -> T) async throws -> T {
        let client = try make(options.resolved(), timeout: .seconds(options.timeout.seconds))
        do {
            let result = try await body(client)
            try await client.http.shutdown()
            return result
        } catch {
            try? await client.http.shutdown()
            throw error
        }
    }

    /// Whoever makes one shuts its `http` down.
    static func make(_ context: ClientContext, timeout: TimeAmount) throws -> APIClient {
        var tls = TLSConfiguration.makeClientConfiguration()
        tls.minimumTLSVersion = .tlsv13
        if let root = context.rootCertificate {
            guard FileManager.default.isReadableFile(atPath: root) else {
                throw CLIError(.invalidInput, "cannot read the root certificate \(root)")
            }
            tls.trustRoots = .file(root)
        }
        var configuration = HTTPClient.Configuration(tlsConfiguration: tls, redirectConfiguration: .disallow)
        configuration.httpVersion = .http1Only
        configuration.timeout.connect = min(timeout, .seconds(10))
        let http = HTTPClient(eventLoopGroupProvider: .singleton, configuration: configuration)
        return APIClient(http: http, context: context, timeout: timeout)
    }

    /// Sends a request and returns the answer's JSON (`null` when it has none).
    func request(
        _ method: HTTPMethod, _ path: [String], query: [(String, String?)] = [], body: JSONValue? = nil
    ) async throws(CLIError) -> JSONValue {
        try await send(
            method, path, query: query, body: body.map(CanonicalJSON.encode), contentType: "application/json")
    }

    func send(
        _ method: HTTPMethod, _ path: [String], query: [(String, String?)] = [], body: [UInt8]?, contentType: String
    ) async throws(CLIError) -> JSONValue {
        var request = try self.request(path, query: query)
        request.method = method
        if let body {
            request.headers.add(name: "content-type", value: contentType)
            request.body = .bytes(ByteBuffer(bytes: body))
        }
        do {
            let response = try await http.execute(request, timeout: timeout)
            let bytes = try await response.body.collect(upTo: Self.largestAnswer)
            return try Self.read(response.status, Array(bytes.readableBytesView))
        } catch let error as CLIError {
            throw error
        } catch {
            throw unreachable(error)
        }
    }

    func request(_ path: [String], query: [(String, String?)]) throws(CLIError) -> HTTPClientRequest {
        guard var components = URLComponents(string: context.server), components.scheme == "https",
            components.host != nil
        else {
            throw CLIError(.usage, "server \"\(context.server)\": expected an address like https://10.0.0.5:13299")
        }
        let escaped = path.map {
            $0.addingPercentEncoding(withAllowedCharacters: .alphanumerics.union(.init(charactersIn: "-._~"))) ?? $0
        }
        components.percentEncodedPath = "/api/v1/" + escaped.joined(separator: "/")
        let items = query.compactMap { name, value in value.map { URLQueryItem(name: name, value: $0) } }
        if !items.isEmpty { components.queryItems = items }
        // A plus would be read as a space.
        components.percentEncodedQuery = components.percentEncodedQuery?.replacing("+", with: "%2B")
        var request = HTTPClientRequest(url: components.string ?? context.server)
        request.headers.add(name: "authorization", value: "Bearer \(context.token ?? "")")
        return request
    }

    static func read(_ status: HTTPResponseStatus, _ bytes: [UInt8]) throws(CLIError) -> JSONValue {
        let json = bytes.isEmpty ? .null : try? JSONValue(parsing: bytes, maximumBytes: largestAnswer)
        guard (200..<300).contains(status.code) else {
            throw APIProblem(status: status.code, json: json ?? .null).error
        }
        guard let json else { throw CLIError(.failed, "the server's answer is not JSON") }
        return json
    }

    func unreachable(_ error: any Error) -> CLIError {
        CLIError(.unreachable, "\(context.server) cannot be reached: \(Self.explain(error))")
    }

    static func explain(_ error: any Error) -> String {
        let text = "\(error)"
        if text.contains("ostname") { return "its certificate was not made for this name or address" }
        if text.contains("CERTIFICATE_VERIFY_FAILED") || text.contains("certificate") {
            return "its certificate does not chain to the root certificate (--root-certificate)"
        }
        return text
    }
}
