package import Foundation

/// Where the build put what the tests run.
package enum Products {
    /// The folder of the test bundle, which is the build's.
    package static let directory: URL = {
        let bundles = Bundle.allBundles.map(\.bundleURL) + [Bundle.main.bundleURL]
        let candidates = bundles + bundles.map { $0.deletingLastPathComponent() }
        let known = candidates.first {
            FileManager.default.isExecutableFile(atPath: $0.appendingPathComponent("martlet-agent").path)
        }
        return known ?? URL(fileURLWithPath: CommandLine.arguments[0]).deletingLastPathComponent()
    }()

    /// The checkout.
    package static let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent()

    package static func executable(_ name: String) -> URL { directory.appendingPathComponent(name) }
    package static func library(_ name: String) -> URL { directory.appendingPathComponent("lib\(name).so") }
}
