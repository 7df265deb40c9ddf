// swift-tools-version: 6.2
import PackageDescription

/// The library shows the loader its entry and nothing else.
let oneSymbol: [LinkerSetting] = [
    .unsafeFlags(["-Xlinker", "--version-script=\(Context.packageDirectory)/plugin.version"])
]
let kit = Target.Dependency.product(name: "MartletPluginKit", package: "martlet-sdk")
let interface = Target.Dependency.product(name: "MartletABI", package: "martlet-sdk")

let package = Package(
    name: "greeter",
    products: [.library(name: "greeter_plugin", type: .dynamic, targets: ["GreeterPluginEntry"])],
    dependencies: [.package(path: "martlet-sdk")],
    targets: [
        // Entry and rest are apart, so that tests can link the rest.
        .target(name: "GreeterPlugin", dependencies: [kit]),
        .target(
            name: "GreeterPluginEntry", dependencies: ["GreeterPlugin", kit, interface], linkerSettings: oneSymbol),
        .testTarget(name: "GreeterPluginTests", dependencies: ["GreeterPlugin", kit]),
    ]
)
