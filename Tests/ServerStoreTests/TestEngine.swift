import Foundation
import ServerStore
import Testing

/// An engine to run a test body on. PostgreSQL joins by adding a case: no test changes.
enum TestEngine: String, CaseIterable, CustomTestStringConvertible {
    case sqlite

    var testDescription: String { rawValue }

    /// Opens a fresh store in a directory of its own, which is gone afterwards.
    func withStore<T>(_ body: (any SQLStore) async throws -> T) async throws -> T {
        let directory = FileManager.default.temporaryDirectory.appending(path: "martlet-store-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: directory) }
        let store: any SQLStore
        switch self {
        case .sqlite: store = try SQLiteStore(path: directory.appending(path: "martlet.db").path)
        }
        do {
            let result = try await body(store)
            try store.close()
            return result
        } catch {
            try? store.close()
            throw error
        }
    }
}
