import Dispatch
import Glibc
import PluginTestBench

/// The plugin's library, built by cargo once for all tests.
enum RedisLibrary {
    static let folder = "\(Built.sources)/Plugins/Redis"
    static let target = "\(Built.sources)/.build/redis"

    /// Nil where cargo is not installed.
    static let cargo: String? = {
        let path = getenv("PATH").map { String(cString: $0) } ?? ""
        let home = getenv("HOME").map { String(cString: $0) } ?? "/root"
        let folders = path.split(separator: ":").map(String.init) + ["\(home)/.cargo/bin"]
        return folders.map { "\($0)/cargo" }.first { access($0, X_OK) == 0 }
    }()

    /// Its path.
    static var path: String {
        get async throws { try await built.value }
    }

    private static let built = Task<String, any Error> {
        try await run(["build", "--release"])
        return "\(target)/release/libredis_plugin.so"
    }

    /// Cargo with these arguments; what it printed.
    @discardableResult
    static func run(_ arguments: [String]) async throws -> String {
        guard let cargo else { throw Failure("no cargo here") }
        return try await Patient.run(
            [cargo] + arguments + [
                "--offline", "--manifest-path", "\(folder)/Cargo.toml", "--target-dir", target,
            ])
    }
}
