import DurableFiles
import Glibc
import PluginTestBench

extension ClusterBench {
    /// Of the newest PostgreSQL that Debian installed: another one may come first on PATH.
    static let programs: String = {
        let versions = (1...99).reversed().map { "/usr/lib/postgresql/\($0)/bin" }
        return versions.first { access("\($0)/initdb", X_OK) == 0 } ?? "/usr/lib/postgresql/none/bin"
    }()

    /// PostgreSQL does not run as root.
    @discardableResult
    static func asPostgres(_ arguments: [String]) throws -> String { try Program.run(prefix + arguments) }

    private static var prefix: [String] {
        geteuid() == 0 ? ["/usr/bin/setpriv", "--reuid=postgres", "--regid=postgres", "--clear-groups"] : []
    }

    /// The tests' folder is closed to others, and so to PostgreSQL's user.
    static func prepare(_ root: String) throws {
        chmod(root, 0o755)
        for folder in ["primary", "standby", "backups", "logs"] { try FileBytes.makeDirectory("\(root)/\(folder)") }
        try FileBytes.replace("\(root)/password", with: Array(password.utf8), mode: 0o644)
        guard geteuid() == 0 else { return }
        try Program.run(["/bin/chown", "postgres:postgres", "\(root)/primary", "\(root)/standby"])
    }

    static func makePrimary(_ root: String) throws {
        try asPostgres([
            "\(programs)/initdb", "-D", "\(root)/primary/data", "--auth=scram-sha-256", "--pwfile=\(root)/password",
            "--encoding=UTF8", "--locale=C", "--no-sync", "-U", "postgres",
        ])
    }

    /// Starts as a unit would. Named like the program, by which the service manager knows its process.
    static func makeStarter(_ root: String, _ name: String, _ port: UInt16) throws {
        let command =
            (prefix + [
                "\(programs)/postgres", "-D", "\(root)/\(name)/data", "-p", "\(port)", "-k", "\(root)/\(name)", "-h",
                "127.0.0.1", "-c", "fsync=off", "-c", "shared_buffers=8MB", "-c", "max_connections=20",
                "-c", "cluster_name=\(name)",
            ]).joined(separator: " ")
        try FileBytes.replace("\(root)/\(name)/postgres", with: Array("#!/bin/sh\nexec \(command)\n".utf8), mode: 0o755)
    }
}
