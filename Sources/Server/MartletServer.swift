import ArgumentParser
import Foundation

@main
struct MartletServer: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "martlet-server",
        abstract: "The administration server of a fleet.",
        discussion: """
            EXAMPLES
              martlet-server init --name martlet.example.com    make keys, store and the first operator's token
              martlet-server run                                work (what the systemd unit starts)
              martlet-server backup /var/backups/martlet.db     copy the store while the server runs
              martlet-server device revoke web1                 shut a device out, at once
            """,
        version: ServerVersion.current,
        subcommands: [
            InitCommand.self, RunCommand.self, BackupCommand.self, RestoreCommand.self, DeviceCommand.self,
            OpenAPICommand.self,
        ])

    static func main() async {
        do {
            var command = try parseAsRoot()
            if var command = command as? any AsyncParsableCommand {
                try await command.run()
            } else {
                try command.run()
            }
        } catch {
            // ArgumentParser says 64 for wrong usage; scripts of ours rely on 2.
            guard exitCode(for: error) == .validationFailure else { exit(withError: error) }
            FileHandle.standardError.write(Data((fullMessage(for: error) + "\n").utf8))
            exit(withError: ExitCode(2))
        }
    }
}
