import ArgumentParser
import DurableFiles
import Foundation
import ServerCore
import ServerPKI
import ServerStore

struct InitCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "init", abstract: "Make the certificate authority, the store and the first operator's token.",
        discussion: """
            Writes pki/, martlet.db and admin.token (0600) below the data directory. Take pki/root.key away to a safe,
            offline place: whoever has it owns the fleet, and the server does not need it.
            """)

    @OptionGroup var options: ServerOptions

    @Option(name: .customLong("name"), help: "A DNS name or IP address the server is reached by; may be repeated.")
    var names: [String] = []

    func run() async throws {
        let configuration = try options.load()
        let names = self.names + configuration.names
        guard !names.isEmpty else {
            throw ValidationError(
                "--name: expected at least one DNS name or IP address by which agents and operators reach this server")
        }
        do {
            let token = try await Self.initialize(configuration, names: names)
            print(
                """
                initialised \(configuration.dataDirectory)
                  root certificate   \(configuration.pkiDirectory)/root.pem   (agents and operators need a copy)
                  operator's token   \(token)   (role admin, 30 days)
                WARNING: move \(configuration.pkiDirectory)/root.key to a safe, offline place now; the server does not need it.
                """)
        } catch { throw Failure.exit(error) }
    }

    /// Returns the path of the first operator's token.
    private static func initialize(_ configuration: ServerConfiguration, names: [String]) async throws -> String {
        try FileManager.default.createDirectory(
            atPath: configuration.dataDirectory, withIntermediateDirectories: true,
            attributes: [.posixPermissions: 0o700])
        let now = ServerClock.system.now()
        try CertificateAuthority.initialize(
            directory: URL(fileURLWithPath: configuration.pkiDirectory), trustDomain: configuration.trustDomain,
            serverNames: names, now: now, lifetimes: configuration.lifetimes)
        let store = try SQLiteStore(path: configuration.databasePath)
        _ = try await StorePreparation.prepare(store, now: now)
        let token = try await OperatorTokens(store: store).create(
            name: "initial-admin", role: .admin, by: OperatorIdentity(name: "martlet-server init", role: .admin))
        let path = configuration.dataDirectory + "/admin.token"
        try FileBytes.replace(path, with: Array((token + "\n").utf8), mode: 0o600)
        try store.close()
        return path
    }
}
