// swift-tools-version: 6.2
import PackageDescription

/// The kit for plugins in Swift, with the C interface that it stands on. It depends on nothing.
let package = Package(
    name: "martlet-sdk",
    products: [
        .library(name: "MartletPluginKit", targets: ["MartletPluginKit"]),
        .library(name: "MartletABI", targets: ["MartletABI"]),
    ],
    targets: [
        .target(name: "MartletABI", path: ".", sources: ["Sources/MartletABI"], publicHeadersPath: "include"),
        .target(
            name: "MartletPluginKit", dependencies: ["MartletABI"],
            swiftSettings: [
                .enableUpcomingFeature("ExistentialAny"), .enableUpcomingFeature("MemberImportVisibility"),
                .enableUpcomingFeature("InternalImportsByDefault"),
            ]),
    ],
    swiftLanguageModes: [.v6],
    cLanguageStandard: .gnu11
)
