import DesiredState
import Hummingbird
import NIOCore
import PluginPackage
import ServerCore

/// `/packages`: plugin packages that were pushed, and `/plugin-packages/{name}/devices`: where they got.
enum PackageRoutes {
    static let endpoints = [
        Endpoint(
            .get, "packages", id: "listPackages", .role(.read), "List the plugin packages that were pushed.",
            answer: .json(
                Schema.object(["items": Schema.list(of: Schema.component("Package"))], required: ["items"]),
                "All of them."), handler: list),
        Endpoint(
            .get, "packages/{sha256}", id: "getPackage", .role(.read), "Show one.",
            answer: .json(Schema.component("Package"), "The package."), handler: show),
        Endpoint(
            .put, "packages/{sha256}", id: "putPackage", .role(.admin),
            "Push a package, as `martlet plugin pack` makes one; it is named by its SHA-256. One that is here already stays.",
            body: .bytes, answer: .json(Schema.component("Package"), "The package."), failures: [.conflict],
            handler: upload),
        Endpoint(
            .put, "packages/{sha256}/signature", id: "signPackage", .role(.admin),
            "Bring a package's signature: CMS, detached, in DER. It has to be one that devices take.",
            body: .bytes, answer: .json(Schema.component("Package"), "The package."), failures: [.conflict],
            handler: sign),
        Endpoint(
            .delete, "packages/{sha256}", id: "deletePackage", .role(.admin), "Forget a package that is not deployed.",
            answer: .deleted, failures: [.conflict], handler: delete),
        Endpoint(
            .get, "plugin-packages/{name}/devices", id: "getRollout", .role(.read),
            "Where a package got: every device that its rollout has reached.",
            answer: .json(Schema.component("Rollout"), "Counts and devices."), handler: rollout),
    ]

    private static func list(_ call: EndpointCall) async throws -> Response {
        JSONResponse.make(["items": .array(try await call.services.packages.list().map(PackageJSON.make))])
    }

    private static func show(_ call: EndpointCall) async throws -> Response {
        JSONResponse.make(PackageJSON.make(try await call.services.packages.find(digest(call))))
    }

    private static func upload(_ call: EndpointCall) async throws -> Response {
        let digest = try digest(call)
        var upload = try call.services.packages.upload()
        for try await piece in call.request.body { try upload.add(Array(piece.readableBytesView)) }
        return JSONResponse.make(
            PackageJSON.make(try await call.services.packages.keep(upload, digest: digest, by: call.identity)))
    }

    private static func sign(_ call: EndpointCall) async throws -> Response {
        let digest = try digest(call)
        let bytes: ByteBuffer
        do {
            bytes = try await call.request.body.collect(upTo: DetachedSignature.maximumBytes)
        } catch is NIOTooManyBytesError { throw Refusal.tooLarge(DetachedSignature.maximumBytes) }
        let record = try await call.services.packages.sign(
            digest, with: Array(bytes.readableBytesView), by: call.identity)
        try await call.services.declarations.refresh()
        return JSONResponse.make(PackageJSON.make(record))
    }

    private static func delete(_ call: EndpointCall) async throws -> Response {
        try await call.services.packages.delete(digest(call), by: call.identity)
        return Response(status: .noContent)
    }

    private static func rollout(_ call: EndpointCall) async throws -> Response {
        JSONResponse.make(PackageJSON.rollout(try await call.services.queries.rollout(call.path("name"))))
    }

    private static func digest(_ call: EndpointCall) throws -> [UInt8] {
        let text = try call.path("sha256")
        guard let digest = Digest.bytes(hex: text), digest.count == 32 else {
            throw CoreError(.notFound, "no package \"\(text)\": expected a SHA-256, 64 hexadecimal digits")
        }
        return digest
    }
}
