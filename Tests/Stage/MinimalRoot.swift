package import Foundation

/// A copy of the minimal Debian that `scripts/minimal-root` made: packages are installed in it, programs run in it, on this
/// host's network. It goes when the last reference does.
package final class MinimalRoot: Sendable {
    private static let original = Products.root.appendingPathComponent(".build-root")
    package static let isPossible = FileManager.default.fileExists(
        atPath: original.appendingPathComponent(".complete").path)
    package static let reason = "no minimal Debian: scripts/minimal-root needs root and a Debian mirror that answers"

    package let directory: URL

    package init() async throws {
        directory = FileManager.default.temporaryDirectory.appendingPathComponent(
            "mt-root-\(UUID().uuidString.prefix(8))")
        try await Self.shell(
            """
            cp -a \(Self.original.path) \(directory.path)
            cp -L /etc/resolv.conf /etc/hosts \(directory.path)/etc/
            mkdir -p \(directory.path)/dev/pts
            mount -t proc proc \(directory.path)/proc
            """)
    }

    deinit {
        // Recursive removal must not go into what is mounted.
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/bin/sh")
        process.arguments = ["-c", "umount \(directory.path)/proc && rm -rf --one-file-system \(directory.path)"]
        try? ProcessStart.run(process)
        process.waitUntilExit()
    }

    /// Where a file of the root lies here.
    package func path(_ file: String) -> String { directory.path + file }
    package func exists(_ file: String) -> Bool { FileManager.default.fileExists(atPath: path(file)) }

    /// Runs a shell script in the root; returns what it printed, errors among it.
    @discardableResult
    package func shell(_ script: String) async throws -> String {
        let outcome = try await Outcome.of(
            URL(fileURLWithPath: "/usr/sbin/chroot"),
            [
                directory.path, "/usr/bin/env", "-i", "PATH=/usr/sbin:/usr/bin:/sbin:/bin", "LC_ALL=C",
                "DEBIAN_FRONTEND=noninteractive", "/bin/sh", "-ec", "exec 2>&1; \(script)",
            ])
        try outcome.expect(0)
        return outcome.output
    }

    /// A program of the root that goes on running.
    package func start(_ program: String, _ arguments: [String], log: URL) throws -> ChildProcess {
        try ChildProcess(
            URL(fileURLWithPath: "/usr/sbin/chroot"), [directory.path, program] + arguments, log: log)
    }

    private static func shell(_ script: String) async throws {
        try await Outcome.of(URL(fileURLWithPath: "/bin/sh"), ["-ec", script]).expect(0)
    }
}
