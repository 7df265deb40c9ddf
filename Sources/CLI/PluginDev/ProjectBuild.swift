import Foundation

/// Builds a plugin's project, whatever its language.
enum ProjectBuild {
    /// Runs make in the folder, with its output on standard error. Nothing when the folder has no Makefile: it is a plugin
    /// as a device has it.
    static func make(_ folder: URL) throws {
        guard FileManager.default.fileExists(atPath: folder.appending(path: "Makefile").path) else { return }
        let make = Process()
        make.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        make.arguments = ["make", "-C", folder.path]
        make.standardInput = FileHandle.nullDevice
        make.standardOutput = FileHandle.standardError
        do { try make.run() } catch {
            throw CLIError(.failed, "make cannot be started: \(error.localizedDescription)")
        }
        make.waitUntilExit()
        guard make.terminationStatus == 0 else {
            throw CLIError(.failed, "make failed in \(folder.path); what it printed above says why")
        }
    }
}
