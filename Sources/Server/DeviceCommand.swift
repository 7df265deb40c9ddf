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
        commandName: "revoke", abstract: "From now on the device's certificate gives no access; its connection ends.")

    @OptionGroup var options: ServerOptions
    @Argument(help: "The device's uid, the beginning of it, or its host name.") var device: String

    func run() async throws {
        try await StoreCommand.perform(options, device) { administration, uid, identity in
            try await administration.revoke(uid, by: identity)
            return "revoked \(uid)"
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
