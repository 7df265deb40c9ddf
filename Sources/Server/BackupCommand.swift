import ArgumentParser
import Foundation
import ServerCore
import ServerStore

struct BackupCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "backup", abstract: "Copy the store to a file, while the server runs or not.",
        discussion: """
            The file (0600) holds the whole database as of one moment. It does not hold pki/ and the list of revoked
            devices: copy <dataDirectory>/pki and <dataDirectory>/revoked too, once and after each revocation.

            EXAMPLES
              martlet-server backup /var/backups/martlet-$(date +%F).db
            """)

    @OptionGroup var options: ServerOptions
    @Argument(help: "The new file; refused when it exists.") var file: String

    func run() async throws {
        let configuration = try options.load()
        do {
            try Initialized.check(configuration)
            let begun = Date()
            try SQLiteBackup.copy(from: configuration.databasePath, to: file)
            let size = (try FileManager.default.attributesOfItem(atPath: file)[.size] as? Int) ?? 0
            let seconds = String(format: "%.1f", Date().timeIntervalSince(begun))
            print("backed up \(configuration.databasePath) to \(file) (\(size) bytes, \(seconds) s)")
        } catch { throw Failure.exit(error) }
    }
}
