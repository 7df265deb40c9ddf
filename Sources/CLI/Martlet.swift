import ArgumentParser
import Glibc

/// `martlet`, for operators. One command per file; a command prints data on standard output, all else on standard error.
@main
struct Martlet: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "martlet",
        abstract: "Manage a fleet of devices.",
        discussion: """
            EXAMPLES
              martlet context set home --server https://10.0.0.5:13299 --root-certificate root.pem --token-file token
              martlet get devices
              martlet apply -f manifests/
              martlet run scan-home --device web-1 --wait
              martlet watch events --severity failure

            EXIT CODES
              0 ok, 1 failed, 2 usage, 3 not found, 4 conflict, 5 invalid input, 6 not allowed, 7 unreachable,
              8 --wait timed out, 9 the task failed
            """,
        version: "0.1.0",
        subcommands: [
            Get.self, Describe.self, Explain.self, Apply.self, Diff.self, Delete.self, Sync.self, Run.self, Cancel.self,
            App.self,
            Watch.self, ArtifactCommand.self,
            Approve.self, Readmit.self, Release.self, Split.self,
            TokenCommand.self, InstallPackageCommand.self, CertificateCommand.self, SetCommand.self, TrustCommand.self,
            ContextCommand.self, QuickstartCommand.self, PluginCommand.self,
            Completion.self, SchemaCommand.self,
        ])

    static func main() async {
        // What is written to who has gone is an error that is told, not this program's end.
        signal(SIGPIPE, SIG_IGN)
        let arguments = GlobalOptions.movedBehindVerb(Array(CommandLine.arguments.dropFirst()))
        do {
            var command = try parseAsRoot(arguments)
            if var command = command as? any AsyncParsableCommand {
                try await command.run()
            } else {
                try command.run()
            }
        } catch let error as CLIError {
            Terminal.error(error.message)
            exit(withError: ExitCode(error.code.rawValue))
        } catch {
            // ArgumentParser says 64 for wrong usage; scripts of ours rely on 2.
            guard exitCode(for: error) == .validationFailure else { exit(withError: error) }
            Terminal.say(fullMessage(for: error))
            exit(withError: ExitCode(ExitStatus.usage.rawValue))
        }
    }
}
