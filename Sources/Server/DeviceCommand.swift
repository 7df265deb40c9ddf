import ArgumentParser
import DeviceProtocol
import ServerCore
import ServerStore

struct DeviceCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "device", abstract: "Shut devices out, on the server's own machine.",
        subcommands: [RevokeCommand.self, DeleteCommand.self])
}

struct RevokeCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "revoke", abstract: "From now on the device's certificate gives no access; its connection ends.",
        discussion: """
            Devices that were split off from it, having been copies of it, have identities of their own: they are named, and
            stay let in unless --with-copies is given.

            EXAMPLES
              martlet-server device revoke web1
              martlet-server device revoke web1 --with-copies
            """)

    @OptionGroup var options: ServerOptions
    @Argument(help: "The device's uid, the beginning of it, or its host name.") var device: String
    @Flag(help: "Those, too, that were split off from it.") var withCopies = false

    func run() async throws {
        try await StoreCommand.perform(options, device) { administration, uid, identity in
            let copies = try await administration.splitOff(from: uid)
            for device in [uid] + (withCopies ? copies : []) { try await administration.revoke(device, by: identity) }
            guard !copies.isEmpty else { return "revoked \(uid)" }
            let named = copies.map { "\($0)" }.joined(separator: ", ")
            return withCopies
                ? "revoked \(uid) and what was split off from it: \(named)"
                : "revoked \(uid); split off from it and still let in: \(named)"
        }
    }
}

struct DeleteCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "delete", abstract: "Forget a device and all that is known of it.")

    @OptionGroup var options: ServerOptions
    @Argument(help: "The device's uid, the beginning of it, or its host name.") var device: String

    func run() async throws {
        try await StoreCommand.perform(options, device) { administration, uid, identity in
            try await administration.delete(uid, by: identity)
            return "deleted \(uid)"
        }
    }
}

/// A change of the store by a command, of which a running server learns at once.
enum StoreCommand {
    static func perform(
        _ options: ServerOptions, _ device: String,
        _ body: (DeviceAdministration, DeviceUID, OperatorIdentity) async throws -> String
    ) async throws {
        let configuration = try options.load()
        do {
            try Initialized.check(configuration)
            let store = try SQLiteStore(path: configuration.databasePath)
            let revocations = try RevocationFile(path: configuration.revocationsPath)
            let administration = DeviceAdministration(store: store, revocations: revocations)
            let uid = try await administration.resolve(device)
            let text = try await body(administration, uid, OperatorIdentity(name: "martlet-server", role: .admin))
            try store.close()
            print(
                text
                    + (ServerLock.signalRunningServer(configuration)
                        ? "" : " (no server is running on this data directory)"))
        } catch { throw Failure.exit(error) }
    }
}
