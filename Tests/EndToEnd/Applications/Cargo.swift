import Foundation
import Glibc
import TestStage

/// Rust's build tool, which not every machine has.
enum Cargo {
    /// Nil where it is not installed.
    static let path: String? = {
        let environment = ProcessInfo.processInfo.environment
        let folders = (environment["PATH"] ?? "").split(separator: ":").map(String.init)
        return (folders + ["\(environment["HOME"] ?? "/root")/.cargo/bin"]).map { "\($0)/cargo" }.first {
            access($0, X_OK) == 0
        }
    }()

    /// Builds the plugin for Redis, into the folder that its own tests use, too.
    static func redisPlugin() async throws -> URL {
        let target = Products.root.appendingPathComponent(".build/redis")
        try await ManagedApplication.program([
            path ?? "cargo", "build", "--release", "--offline", "--manifest-path",
            Products.root.appendingPathComponent("Plugins/Redis/Cargo.toml").path, "--target-dir", target.path,
        ])
        return target.appendingPathComponent("release/libredis_plugin.so")
    }
}
