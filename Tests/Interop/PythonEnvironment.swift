import Foundation
import TestStage

/// The virtual environment that `scripts/python-environment` made, with other people's clients in it.
enum PythonEnvironment {
    static let reason = "needs .build-python: run scripts/python-environment, which needs PyPI"
    static let isThere = FileManager.default.fileExists(
        atPath: directory.appendingPathComponent("requirements.txt").path)

    static let directory = Products.root.appendingPathComponent(".build-python")
    static func program(_ name: String) -> URL { directory.appendingPathComponent("bin/\(name)") }
    /// A script of ours beside the tests.
    static func script(_ name: String) -> String { Products.root.appendingPathComponent("Tests/Interop/\(name)").path }
}
