import DesiredState
import DeviceProtocol
import Foundation
import NIOHTTP1
import ServerCore
import Testing

/// Certificates for OpAMP clients that cannot enrol by themselves.
@Suite struct CertificateTests {
    /// A request for a fresh key, as openssl makes it.
    private static func csr(curve: String = "P-256") throws -> String {
        let directory = FileManager.default.temporaryDirectory.appending(path: "csr-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: directory) }
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/openssl")
        process.arguments = [
            "req", "-new", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:\(curve)", "-nodes", "-subj", "/CN=x",
            "-keyout", directory.appending(path: "key").path, "-out", directory.appending(path: "csr").path,
        ]
        process.standardError = FileHandle.nullDevice
        try process.run()
        process.waitUntilExit()
        return try String(contentsOf: directory.appending(path: "csr"), encoding: .utf8)
    }

    private static func body(_ csr: String, _ more: [String: JSONValue]) -> String {
        CanonicalJSON.text(.object(more.merging(["csr": .string(csr)]) { $1 }))
    }

    @Test("a certificate is issued once for a key, again for the same wish, and makes a device", .tags(.R18))
    func issued() async throws {
        try await TestAPI.run { api in
            let body = Self.body(try Self.csr(), ["name": "collector", "group": "root"])
            let made = try await api.request(.POST, "/certificates", body: body)
            #expect(made.status == 201 && made.json["name"] == "collector" && made.json["group"] == "root")
            #expect(made.json["chain"]?.stringValue?.components(separatedBy: "BEGIN CERTIFICATE").count == 3)
            let device = try await api.request(.GET, "/devices/collector")
            #expect(device.json["metadata"]?["uid"] == made.json["device"])
            #expect(device.json["status"]?["protocol"] == "opamp" && device.json["status"]?["presence"] == "new")
            #expect(device.json["status"]?["configuration"]?["inSync"] == true)
            let again = try await api.request(.POST, "/certificates", body: body)
            #expect(again.status == 201 && again.json == made.json)
            let more = Self.body(try Self.csr(), ["device": "collector"])
            let renewed = try await api.request(.POST, "/certificates", body: more)
            #expect(renewed.status == 201 && renewed.json["device"] == made.json["device"])
            #expect(renewed.json["serial"] != made.json["serial"])
            #expect(try await api.request(.POST, "/devices/collector/sync", body: "{}").status == 409)
        }
    }

    @Test("what cannot be issued is refused with the field that is wrong")
    func refused() async throws {
        try await TestAPI.run { api in
            let csr = try Self.csr()
            let wish: [String: JSONValue] = ["name": "collector", "group": "root"]
            let body = Self.body(csr, wish)
            #expect(try await api.request(.POST, "/certificates", as: .operate, body: body).status == 403)
            let unreadable = try await api.request(.POST, "/certificates", body: Self.body("hello", wish))
            #expect(unreadable.status == 422 && unreadable.paths == ["csr"])
            let nowhere = Self.body(csr, ["name": "collector", "group": "nowhere"])
            #expect(try await api.request(.POST, "/certificates", body: nowhere).paths == ["group"])
            let nameless = Self.body(csr, ["group": "root"])
            #expect(try await api.request(.POST, "/certificates", body: nameless).paths == ["name"])
            let curve = Self.body(try Self.csr(curve: "P-384"), wish)
            let wrong = try await api.request(.POST, "/certificates", body: curve)
            #expect(wrong.status == 422 && wrong.json["detail"]?.stringValue?.contains("P-256") == true)
            _ = try await api.addDevice("web-1")
            let taken = Self.body(csr, ["name": "web-1", "group": "root"])
            #expect(try await api.request(.POST, "/certificates", body: taken).status == 409)
            let agent = Self.body(csr, ["device": "web-1"])
            #expect(try await api.request(.POST, "/certificates", body: agent).status == 409)
            #expect(try await api.request(.POST, "/certificates", body: body).status == 201)
            let other = Self.body(csr, ["name": "other", "group": "root"])
            #expect(try await api.request(.POST, "/certificates", body: other).status == 409)
        }
    }
}
