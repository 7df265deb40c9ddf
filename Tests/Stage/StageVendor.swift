package import Foundation

/// A vendor of plugins: certificates as stock openssl makes them, and signed packages of the fixture.
package struct StageVendor: Sendable {
    package let folder: URL
    package var root: String { folder.appendingPathComponent("root.pem").path }

    /// Makes a root and a certificate for signing below it.
    package init(_ stage: Stage, name: String = "vendor") async throws {
        folder = stage.directory.appendingPathComponent(name)
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        try await openssl(
            "req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 30 -subj /CN=\(name)-root -keyout root.key -out root.pem"
        )
        try await certificate("signing", purpose: "codeSigning")
    }

    /// A key and a certificate for it below the root, `NAME.key` and `NAME.pem`.
    package func certificate(_ name: String, purpose: String, days: Int = 10) async throws {
        try "extendedKeyUsage=\(purpose)\n".write(
            to: folder.appendingPathComponent("\(name).ext"), atomically: true, encoding: .utf8)
        try await openssl(
            "req -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -subj /CN=\(name) -keyout \(name).key -out \(name).csr"
        )
        try await openssl(
            "x509 -req -in \(name).csr -CA root.pem -CAkey root.key -CAcreateserial -days \(days) -extfile \(name).ext -out \(name).pem"
        )
    }

    @discardableResult
    package func openssl(_ arguments: String) async throws -> Outcome {
        let words = arguments.split(separator: " ").map(String.init)
        let outcome = try await Outcome.of(
            URL(fileURLWithPath: "/bin/sh"), ["-c", "cd \"$0\" && exec openssl \"$@\"", folder.path] + words)
        try outcome.expect(0)
        return outcome
    }

    /// Packs a plugin in another version; `local` replaces values of its manifest. Returns the package's path.
    package func pack(
        _ stage: Stage, _ plugin: StagePlugin = .fixture, version: String, local: [String: String] = [:]
    ) async throws -> String {
        var plugin = plugin
        plugin.local.merge(local) { $1 }
        let name = "\(plugin.folder.lowercased())-\(version)"
        let place = folder.appendingPathComponent(name)
        try plugin.install(in: place, directory: stage.directory)
        let plain = place.appendingPathComponent(plugin.id)
        let manifest = plain.appendingPathComponent("plugin.yaml")
        let text = try String(contentsOf: manifest, encoding: .utf8)
        try text.replacingOccurrences(of: "version: 1.0.0", with: "version: \(version)").write(
            to: manifest, atomically: true, encoding: .utf8)
        let package = folder.appendingPathComponent("\(name).mpkg").path
        try await stage.run("martlet", ["plugin", "pack", plain.path, "-O", package]).expect(0)
        return package
    }

    package func sign(_ stage: Stage, _ package: String, with name: String = "signing") async throws {
        try await stage.run(
            "martlet",
            [
                "plugin", "sign", package, "--key", folder.appendingPathComponent("\(name).key").path, "--certificate",
                folder.appendingPathComponent("\(name).pem").path,
            ]
        ).expect(0)
    }

    /// Packs, signs and pushes.
    package func release(
        _ server: StageServer, _ plugin: StagePlugin = .fixture, version: String, local: [String: String] = [:]
    ) async throws -> String {
        let package = try await pack(server.stage, plugin, version: version, local: local)
        try await sign(server.stage, package)
        try await server.operate("plugin", "push", package)
        return package
    }

    /// A statement of trust in this vendor, signed with the offline root and applied.
    package func trust(
        _ server: StageServer, serial: Int, plugin: String = "martlet.fixture", more: String = ""
    ) async throws {
        try await server.operate(
            "apply", "-f", "-", input: statement(server.stage, serial: serial, plugin: plugin, more: more))
    }

    /// The signed manifest. `key` names PEM files of another signer than the root.
    package func statement(
        _ stage: Stage, serial: Int, plugin: String = "martlet.fixture", more: String = "",
        key: (key: String, certificate: String)? = nil
    ) async throws -> String {
        let file = folder.appendingPathComponent("trust.yaml")
        try """
        serial: \(serial)
        vendors:
          - {name: Example, plugins: [\(plugin)], certificates: root.pem}
        \(more)
        """.write(to: file, atomically: true, encoding: .utf8)
        let signed = try await stage.run(
            "martlet",
            [
                "trust", "sign", "-f", file.path, "--key", key?.key ?? stage.path("server/pki/root.key"),
                "--certificate", key?.certificate ?? stage.path("server/pki/root.pem"), "-o", "json",
            ])
        try signed.expect(0)
        return signed.output
    }
}
