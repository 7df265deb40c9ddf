import Foundation

/// Where the build put what the tests run.
enum Products {
    /// The folder of the test bundle, which is the build's.
    static let directory: URL = {
        let bundles = Bundle.allBundles.map(\.bundleURL) + [Bundle.main.bundleURL]
        let candidates = bundles + bundles.map { $0.deletingLastPathComponent() }
        let known = candidates.first {
            FileManager.default.isExecutableFile(atPath: $0.appendingPathComponent("martlet-agent").path)
        }
        return known ?? URL(fileURLWithPath: CommandLine.arguments[0]).deletingLastPathComponent()
    }()

    /// The checkout.
    static let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().deletingLastPathComponent()

    static func executable(_ name: String) -> URL { directory.appendingPathComponent(name) }
    static func library(_ name: String) -> URL { directory.appendingPathComponent("lib\(name).so") }
}
