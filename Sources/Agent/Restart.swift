import AgentCore
import ArgumentParser
import Glibc
import Logging

/// Starts this program anew in the same process, with the same arguments: whoever supervises it need not know.
enum Restart {
    /// Returns only when it could not be done.
    static func sameProgram(_ privileges: Privileges?, _ logger: Logger) -> ExitCode {
        privileges?.bequeath()
        logger.notice("starting anew with the device's own identity")
        var arguments: [UnsafeMutablePointer<CChar>?] = CommandLine.arguments.map { strdup($0) }
        arguments.append(nil)
        execv("/proc/self/exe", arguments)
        logger.error(
            "cannot start anew; start the agent again", metadata: ["error": "\(String(cString: strerror(errno)))"])
        return ExitCode(1)
    }
}
