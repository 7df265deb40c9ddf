import Foundation
import PluginPackage
import Testing

/// Certificates as stock openssl makes them, and plugins to pack, in a folder of their own.
final class Vendor {
    let folder: URL
    /// µs; certificates that were just made are valid then.
    var now: Int64 { Int64(Date().timeIntervalSince1970 * 1_000_000) }

    init() throws {
        folder = FileManager.default.temporaryDirectory.appendingPathComponent("vendor-\(UUID().uuidString.prefix(8))")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        try openssl(
            "req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 30 -subj /CN=root -keyout root.key -out root.pem"
        )
    }

    deinit { try? FileManager.default.removeItem(at: folder) }

    func path(_ name: String) -> String { folder.appendingPathComponent(name).path }
    func bytes(_ name: String) throws -> [UInt8] { Array(try Data(contentsOf: folder.appendingPathComponent(name))) }
    func text(_ name: String) throws -> String { String(decoding: try bytes(name), as: UTF8.self) }

    func write(_ name: String, _ bytes: [UInt8]) throws {
        try Data(bytes).write(to: folder.appendingPathComponent(name))
    }

    /// A key and a certificate below the root: NAME.key, NAME.pem.
    func certificate(_ name: String, purpose: String? = "codeSigning") throws {
        try write("\(name).ext", Array((purpose.map { "extendedKeyUsage=\($0)\n" } ?? "\n").utf8))
        try openssl(
            "req -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -subj /CN=\(name) -keyout \(name).key -out \(name).csr"
        )
        try openssl(
            "x509 -req -in \(name).csr -CA root.pem -CAkey root.key -CAcreateserial -days 10 -extfile \(name).ext -out \(name).pem"
        )
    }

    @discardableResult
    func openssl(_ arguments: String) throws -> Int32 { try run("openssl " + arguments) }

    /// Throws unless it succeeds.
    @discardableResult
    func run(_ command: String, expecting code: Int32 = 0) throws -> Int32 {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/bin/sh")
        process.arguments = ["-c", "cd '\(folder.path)' && exec \(command) >>log 2>&1"]
        try process.run()
        process.waitUntilExit()
        let said = (try? text("log")) ?? ""
        try #require(process.terminationStatus == code, "\(command)\n\(said)")
        return process.terminationStatus
    }

    /// An ELF header and some bytes: what is packed is not loaded here.
    static func library(_ machine: UInt8 = 0x3E, _ fill: UInt8 = 7, count: Int = 4_000) -> [UInt8] {
        var bytes: [UInt8] = [0x7F, 0x45, 0x4C, 0x46, 2, 1, 1] + [UInt8](repeating: 0, count: 9) + [3, 0, machine, 0]
        bytes += [UInt8](repeating: fill, count: count)
        return bytes
    }

    /// Packs a plugin into NAME.mpkg.
    func pack(_ name: String = "plugin", id: String = "com.example.cache", version: String = "1.0.0") throws -> String {
        try write("\(name).yaml", Array(Self.manifest(id: id, version: version).utf8))
        try write("\(name).so", Self.library())
        try write("LICENSE", Array("do what you like\n".utf8))
        let package = try PackageWriter.make(
            PackageSource(
                manifestPath: path("\(name).yaml"), libraries: [.x86_64: path("\(name).so")],
                licences: ["LICENSE": path("LICENSE")]))
        try write("\(name).mpkg", package)
        return path("\(name).mpkg")
    }

    static func manifest(id: String, version: String) -> String {
        """
        id: \(id)
        name: Cache
        vendor: Example
        version: "\(version)"
        abi: {major: 1, minor: 0}
        library: plugin.so
        """
    }

    func sign(_ package: String, with name: String, certificate: String? = nil) throws -> [UInt8] {
        try #require(
            DetachedSignature.make(
                .file(package), key: bytes("\(name).key"), certificates: bytes("\(certificate ?? name).pem")))
    }
}
