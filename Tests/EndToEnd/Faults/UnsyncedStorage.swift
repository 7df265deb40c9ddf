import Foundation
import TestStage

/// Storage that forgets, when its process is killed, whatever was not synced: a preloaded library notes how to take
/// back every change, and `rollBack` does so (Tests/UnsyncedStorage).
struct UnsyncedStorage: Sendable {
    let directory: String
    private let undo: String
    private let library: String
    private let tool: String

    /// For the files of one process below the directory.
    init(_ stage: Stage, of directory: String) async throws {
        self.directory = stage.path(directory)
        undo = stage.path("\(directory).undo")
        library = stage.path("unsynced.so")
        tool = stage.path("rollback")
        try FileManager.default.createDirectory(atPath: undo, withIntermediateDirectories: true)
        guard !FileManager.default.fileExists(atPath: library) else { return }
        let sources = Products.root.appendingPathComponent("Tests/UnsyncedStorage").path
        let flags = ["-std=gnu2x", "-O1", "-Wall", "-Werror"]
        for arguments in [
            ["-shared", "-fPIC", "-o", library, "\(sources)/unsynced.c"], ["-o", tool, "\(sources)/rollback.c"],
        ] {
            try await Outcome.of(URL(fileURLWithPath: "/usr/bin/env"), ["clang"] + flags + arguments).expect(0)
        }
    }

    /// For every start of the process.
    var environment: [String: String] {
        ["LD_PRELOAD": library, "UNSYNCED_DIRECTORY": directory, "UNSYNCED_UNDO": undo]
    }

    /// After the process was killed. Returns what it did.
    @discardableResult
    func rollBack() async throws -> String {
        let outcome = try await Outcome.of(URL(fileURLWithPath: tool), [directory, undo])
        try outcome.expect(0)
        return outcome.output
    }
}
