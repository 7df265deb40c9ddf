import ArgumentParser
import Foundation
import ServerCore
import ServerStore

struct RestoreCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "restore", abstract: "Put a backup in the place of the store. The server must not run.",
        discussion: """
            The store gets a new store epoch: devices then report everything anew, and say how many events the restore
            lost. Devices that were revoked since the backup stay revoked; devices that enrolled since the backup wait
            to be readmitted. The store as it was is kept beside the new one as
            martlet.db.before-restore-SECONDS.

            EXAMPLES
              systemctl stop martlet-server
              martlet-server restore /var/backups/martlet-2026-11-24.db
              systemctl start martlet-server
            """)

    @OptionGroup var options: ServerOptions
    @Argument(help: "A file that \"martlet-server backup\" made.") var file: String

    func run() async throws {
        let configuration = try options.load()
        do {
            try Initialized.check(configuration)
            let lock = try ServerLock(configuration)
            let copy = configuration.databasePath + ".restoring"
            // A restore that was interrupted leaves a log that would be taken for this one's.
            SQLiteBackup.remove(copy)
            defer { SQLiteBackup.remove(copy) }
            try SQLiteBackup.copy(from: file, to: copy, readOnly: true)
            try await Self.prepare(copy, named: file, configuration)
            let aside = "\(configuration.databasePath).before-restore-\(ServerClock.system.now() / 1_000_000)"
            try SQLiteBackup.replace(configuration.databasePath, with: copy, keeping: aside)
            print("restored \(configuration.databasePath) from \(file); what was there before is \(aside)")
            withExtendedLifetime(lock) {}
        } catch { throw Failure.exit(error) }
    }

    /// Makes the copy ready before it takes the store's place: schema, a new epoch, revocations.
    private static func prepare(_ copy: String, named file: String, _ configuration: ServerConfiguration) async throws {
        let store = try SQLiteStore(path: copy)
        guard
            try await store.read({
                try $0.first("SELECT name FROM sqlite_master WHERE name = 'server_facts'") != nil
            })
        else { throw CoreError(.invalid, "\(file) is a database, but not a martlet-server's") }
        let now = ServerClock.system.now()
        _ = try await StorePreparation.prepare(store, now: now)
        try await ServerIdentity.renewStoreEpoch(store, now: now)
        let revocations = try RevocationFile(path: configuration.revocationsPath)
        try await DeviceAdministration(store: store, revocations: revocations).applyRevocations()
        try store.close()
    }
}
