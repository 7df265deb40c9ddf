// swift-tools-version: 6.2
import PackageDescription

/// Compiler settings of every Swift target, in one place. In CI (CI=true) a warning fails the build.
func swift() -> [SwiftSetting] {
    let strict: [SwiftSetting] = Context.environment["CI"] == "true" ? [.treatAllWarnings(as: .error)] : []
    return [
        .enableUpcomingFeature("ExistentialAny"),
        .enableUpcomingFeature("MemberImportVisibility"),
        .enableUpcomingFeature("InternalImportsByDefault"),
    ] + strict
}

let argumentParser = Target.Dependency.product(name: "ArgumentParser", package: "swift-argument-parser")
let logging = Target.Dependency.product(name: "Logging", package: "swift-log")
let protobuf = Target.Dependency.product(name: "SwiftProtobuf", package: "swift-protobuf")
let lifecycle = Target.Dependency.product(name: "ServiceLifecycle", package: "swift-service-lifecycle")
let certificates = Target.Dependency.product(name: "X509", package: "swift-certificates")
let crypto = Target.Dependency.product(name: "Crypto", package: "swift-crypto")
let asn1 = Target.Dependency.product(name: "SwiftASN1", package: "swift-asn1")
let yams = Target.Dependency.product(name: "Yams", package: "Yams")

let asyncHTTPClient = Target.Dependency.product(name: "AsyncHTTPClient", package: "async-http-client")

func nio(_ name: String) -> Target.Dependency { .product(name: name, package: "swift-nio") }
let nioSSL = Target.Dependency.product(name: "NIOSSL", package: "swift-nio-ssl")
let nioExtras = Target.Dependency.product(name: "NIOExtras", package: "swift-nio-extras")
let nioCompression = Target.Dependency.product(name: "NIOHTTPCompression", package: "swift-nio-extras")

func test(_ name: String, _ dependencies: [Target.Dependency]) -> Target {
    .testTarget(name: name, dependencies: dependencies, swiftSettings: swift())
}

/// A plugin library shows the loader its entry and nothing else.
let oneSymbol: [LinkerSetting] = [
    .unsafeFlags(["-Xlinker", "--version-script=\(Context.packageDirectory)/Plugins/plugin.version"])
]
/// An executable that exports nothing is smaller: Swift's own link line exports every symbol.
let noSymbols: [LinkerSetting] = [
    .unsafeFlags(["-Xlinker", "--version-script=\(Context.packageDirectory)/Sources/Agent/agent.version"])
]
/// What is all C is linked without Swift's start files, and with its libraries only where they are used.
let withoutSwift: [LinkerSetting] = [
    .unsafeFlags(["-nostartfiles", "-Xlinker", "--as-needed", "-Xlinker", "--gc-sections"])
]

let package = Package(
    name: "martlet",
    products: [
        .library(name: "MartletABI", targets: ["MartletABI"]),
        .library(name: "MartletPluginKit", targets: ["MartletPluginKit"]),
        .executable(name: "martlet", targets: ["CLI"]),
        .executable(name: "martlet-agent", targets: ["Agent"]),
        .executable(name: "martlet-server", targets: ["Server"]),
        .executable(name: "martlet-plugin-host", targets: ["PluginHost"]),
        .executable(name: "martlet-privileged", targets: ["Privileged"]),
        .executable(name: "martlet-plugin-probe", targets: ["PluginProbe"]),
        .executable(name: "martlet-simulate", targets: ["Simulate"]),
        .executable(name: "martlet-bench-compile", targets: ["CompileBench"]),
        .executable(name: "martlet-fleet", targets: ["Fleet"]),
        .executable(name: "martlet-bench-peer", targets: ["BenchPeer"]),
        .executable(name: "martlet-bench-inserts", targets: ["RawInserts"]),
        .library(name: "martlet-plugin-clamav", type: .dynamic, targets: ["ClamAVPlugin"]),
        .library(name: "martlet-plugin-nginx", type: .dynamic, targets: ["NginxPlugin"]),
        .library(name: "martlet-plugin-linux", type: .dynamic, targets: ["LinuxPlugin"]),
        .library(name: "martlet-plugin-postgresql", type: .dynamic, targets: ["PostgreSQLPlugin"]),
        .library(name: "martlet-plugin-fixture", type: .dynamic, targets: ["FixturePlugin"]),
    ],
    dependencies: [
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
        .package(url: "https://github.com/apple/swift-log", from: "1.16.2"),
        .package(url: "https://github.com/apple/swift-nio", from: "2.101.2"),
        .package(url: "https://github.com/apple/swift-nio-ssl", from: "2.37.6"),
        .package(url: "https://github.com/apple/swift-nio-extras", from: "1.35.2"),
        .package(url: "https://github.com/apple/swift-protobuf", from: "1.39.0", traits: []),
        .package(url: "https://github.com/apple/swift-certificates", from: "1.21.1"),
        .package(url: "https://github.com/apple/swift-crypto", from: "4.5.2"),
        .package(url: "https://github.com/apple/swift-asn1", from: "1.7.4"),
        .package(url: "https://github.com/swift-server/swift-service-lifecycle", from: "2.13.0"),
        .package(url: "https://github.com/swift-server/async-http-client", from: "1.37.0"),
        .package(url: "https://github.com/hummingbird-project/hummingbird", from: "2.28.1"),
        .package(url: "https://github.com/groue/GRDB.swift", from: "7.10.0"),
        .package(url: "https://github.com/jpsim/Yams", from: "6.2.2"),
    ],
    targets: [
        // Leaves
        .target(name: "MartletABI"),
        .target(name: "PluginLink", dependencies: ["MartletABI"]),
        .target(
            name: "DeviceCrypto", linkerSettings: [.linkedLibrary("crypto")]),
        .target(name: "ResidentMemory"),
        .systemLibrary(name: "CSQLite", pkgConfig: "sqlite3", providers: [.apt(["libsqlite3-dev"])]),
        .systemLibrary(name: "CLibYAML", pkgConfig: "yaml-0.1", providers: [.apt(["libyaml-dev"])]),
        .systemLibrary(name: "CPostgreSQL", pkgConfig: "libpq", providers: [.apt(["libpq-dev"])]),
        .systemLibrary(name: "CJansson", pkgConfig: "jansson", providers: [.apt(["libjansson-dev"])]),
        .target(name: "DesiredState", dependencies: ["DeviceCrypto"], swiftSettings: swift()),
        .target(name: "DurableFiles", swiftSettings: swift()),
        .target(name: "Failpoints", swiftSettings: swift()),
        .target(name: "OpAMP", dependencies: [protobuf], swiftSettings: swift()),
        .target(name: "DeviceProtocol", dependencies: ["DeviceCrypto", protobuf], swiftSettings: swift()),
        .target(
            name: "PluginPackage", dependencies: ["DesiredState", "DeviceCrypto", "DurableFiles", "CLibYAML"],
            swiftSettings: swift()),

        // What `martlet plugin new` writes, embedded; plugin_templates.c is written by scripts/list-templates.
        .target(name: "PluginTemplates", exclude: ["Templates"]),

        .target(name: "ServiceLog", dependencies: [logging], swiftSettings: swift()),

        // Plugins
        .target(name: "MartletPluginKit", dependencies: ["MartletABI"], swiftSettings: swift()),
        .executableTarget(
            name: "PluginHost", dependencies: ["MartletABI", "PluginLink"],
            linkerSettings: withoutSwift),
        .executableTarget(
            name: "Privileged", dependencies: ["MartletABI", "PluginLink"],
            linkerSettings: withoutSwift),
        .executableTarget(
            name: "PluginProbe", dependencies: ["MartletABI", "PluginLink"],
            linkerSettings: withoutSwift),
        // Entry and rest are apart: a test program may link the rest of several plugins, but has one entry symbol at most.
        .target(
            name: "ClamAVManagement", dependencies: ["MartletPluginKit"],
            path: "Plugins/ClamAV/Sources/ClamAVManagement",
            swiftSettings: swift()),
        .target(
            name: "ClamAVPlugin", dependencies: ["ClamAVManagement", "MartletPluginKit", "MartletABI"],
            path: "Plugins/ClamAV/Sources/ClamAVPlugin", swiftSettings: swift(), linkerSettings: oneSymbol),
        .target(
            name: "LinuxManagement", dependencies: ["MartletPluginKit"], path: "Plugins/Linux/Sources/LinuxManagement",
            swiftSettings: swift()),
        .target(
            name: "LinuxPlugin", dependencies: ["LinuxManagement", "MartletPluginKit", "MartletABI"],
            path: "Plugins/Linux/Sources/LinuxPlugin", swiftSettings: swift(), linkerSettings: oneSymbol),
        .target(
            name: "NginxManagement", dependencies: ["MartletPluginKit"], path: "Plugins/Nginx/Sources/NginxManagement",
            swiftSettings: swift()),
        .target(
            name: "NginxPlugin", dependencies: ["NginxManagement", "MartletPluginKit", "MartletABI"],
            path: "Plugins/Nginx/Sources/NginxPlugin", swiftSettings: swift(), linkerSettings: oneSymbol),
        .target(
            name: "PostgreSQLPlugin", dependencies: ["MartletABI", "CPostgreSQL", "CJansson"],
            path: "Plugins/PostgreSQL/Sources", linkerSettings: oneSymbol + withoutSwift),
        .target(
            name: "FixturePlugin", dependencies: ["MartletABI"], path: "Plugins/Fixture/Sources",
            linkerSettings: oneSymbol + withoutSwift),

        // Agent
        .target(
            name: "AgentPlugins",
            dependencies: ["DurableFiles", "PluginLink", "PluginPackage", "DesiredState", "DeviceCrypto", logging],
            swiftSettings: swift()),
        .target(
            name: "AgentCore",
            dependencies: [
                "AgentPlugins", "DurableFiles", "Failpoints", "OpAMP", "DeviceProtocol", "DesiredState",
                "PluginPackage", "DeviceCrypto", "ResidentMemory", "CSQLite", "MartletABI",
                "CLibYAML", logging, lifecycle, protobuf, nioSSL, nioCompression, nioExtras, nio("NIOCore"),
                nio("NIOPosix"), nio("NIOHTTP1"), nio("NIOWebSocket"),
            ], swiftSettings: swift()),
        .executableTarget(
            name: "Agent",
            dependencies: [
                "AgentCore", "AgentPlugins", "DesiredState", "DurableFiles", "ServiceLog", argumentParser,
                nio("NIOCore"),
                nio("NIOPosix"),
                .product(name: "UnixSignals", package: "swift-service-lifecycle"), logging, lifecycle,
            ], exclude: ["agent.version"], swiftSettings: swift(), linkerSettings: noSymbols),

        // Server
        .target(name: "Manifests", dependencies: ["DesiredState", yams], swiftSettings: swift()),
        .target(
            name: "ServerStore",
            dependencies: [
                "Failpoints",
                .product(name: "GRDB", package: "GRDB.swift"), .product(name: "GRDBSQLite", package: "GRDB.swift"),
                logging, nio("NIOPosix"),
            ], swiftSettings: swift()),
        .target(
            name: "ServerPKI",
            dependencies: ["DeviceProtocol", "DurableFiles", certificates, crypto, asn1, nioSSL, nio("NIOCore")],
            swiftSettings: swift()),
        .target(
            name: "ServerCore",
            dependencies: [
                "Failpoints", "ServerStore", "OpAMP", "DeviceProtocol", "DesiredState", "Manifests", "PluginPackage",
                "DeviceCrypto", "DurableFiles",
                protobuf, logging, lifecycle, certificates, crypto, asn1,
            ], swiftSettings: swift()),
        .target(
            name: "AgentGateway",
            dependencies: [
                "ServerCore", "ServerPKI", "OpAMP", "DeviceProtocol", "DesiredState", "ResidentMemory", logging,
                lifecycle,
                protobuf, nioSSL,
                nioCompression, nio("NIOCore"), nio("NIOPosix"), nio("NIOHTTP1"), nio("NIOWebSocket"),
            ], swiftSettings: swift()),
        .target(
            name: "OperatorAPI",
            dependencies: [
                "ServerPKI", "ServerCore", "Manifests", "DesiredState", "DeviceProtocol", "PluginPackage", logging,
                lifecycle, nioSSL, nio("NIOCore"),
                .product(name: "Hummingbird", package: "hummingbird"),
                .product(name: "HummingbirdTLS", package: "hummingbird"),
            ], swiftSettings: swift()),
        .executableTarget(
            name: "Server",
            dependencies: [
                "ServerCore", "DurableFiles", "ServerStore", "ServerPKI", "AgentGateway", "OperatorAPI",
                "PluginPackage", "DesiredState",
                "DeviceProtocol", "ServiceLog", argumentParser, logging, lifecycle,
                .product(name: "UnixSignals", package: "swift-service-lifecycle"),
            ],
            swiftSettings: swift()),

        // Vendors: plugins without a server, for the command line.
        .target(
            name: "PluginWorkshop",
            dependencies: [
                "AgentPlugins", "DesiredState", "DeviceCrypto", "DurableFiles", "PluginLink", "PluginPackage", logging,
            ],
            swiftSettings: swift()),

        // Operators
        .executableTarget(
            name: "CLI",
            dependencies: [
                "Manifests", "DesiredState", "PluginPackage", "PluginTemplates", "PluginWorkshop", argumentParser, yams,
                nioSSL,
                asyncHTTPClient, crypto, nio("NIOCore"), nio("NIOFoundationCompat"), nio("NIOHTTP1"),
            ], swiftSettings: swift()),

        // For tests of plugins: a real manager and host around any plugin.
        .target(
            name: "PluginTestBench",
            dependencies: ["AgentPlugins", "DurableFiles", "PluginPackage", "DesiredState", logging],
            path: "Tests/PluginTestBench", swiftSettings: swift()),

        // For tests of the executables: a server and agents as real processes, namespaces, and what looks into them.
        .target(
            name: "TestStage", dependencies: ["PluginTestBench", "DesiredState", "CSQLite"], path: "Tests/Stage",
            swiftSettings: swift()),

        // A fleet in virtual time: the agent's and the server's own machines, a network and a server's tables in memory.
        .target(
            name: "Simulation",
            dependencies: [
                "AgentCore", "AgentPlugins", "AgentGateway", "ServerCore", "DeviceProtocol", "DesiredState", "OpAMP",
                protobuf, logging,
            ], swiftSettings: swift()),
        .executableTarget(name: "Simulate", dependencies: ["Simulation", argumentParser], swiftSettings: swift()),

        // A fleet of real connections: the agent's own core a thousand times in one process (docs/fleet.md).
        .target(
            name: "FleetSimulator",
            dependencies: [
                "AgentCore", "AgentPlugins", "DesiredState", "DeviceProtocol", "DurableFiles", "PluginPackage", logging,
                nio("NIOCore"), nio("NIOPosix"),
            ], swiftSettings: swift()),
        .executableTarget(
            name: "Fleet",
            dependencies: ["AgentCore", "DurableFiles", "FleetSimulator", argumentParser, logging],
            swiftSettings: swift()),

        // What a change of policy costs a server with a large fleet: `make bench-compile` (docs/benchmarks.md).
        .executableTarget(
            name: "CompileBench",
            dependencies: [
                "ServerCore", "ServerStore", "Manifests", "DesiredState", "DeviceProtocol", argumentParser, logging,
            ], path: "Benchmarks/Compile", swiftSettings: swift()),

        // What the server is measured beside, in the same run: `make bench` (docs/performance.md).
        .executableTarget(
            name: "BenchPeer",
            dependencies: [
                argumentParser, nioSSL, nio("NIOCore"), nio("NIOPosix"), nio("NIOHTTP1"), nio("NIOWebSocket"),
            ], path: "Benchmarks/Peers", swiftSettings: swift()),
        .executableTarget(name: "RawInserts", dependencies: ["CSQLite"], path: "Benchmarks/RawInserts"),

        // What is fuzzed, apart from how: the tests replay it, `make fuzz` gives it to libFuzzer (docs/fuzzing.md).
        .target(
            name: "FuzzTargets",
            dependencies: [
                "AgentCore", "AgentGateway", "DesiredState", "DeviceProtocol", "Manifests", "OpAMP", "PluginLink",
                "PluginPackage", "ServerCore", "DurableFiles", protobuf, nio("NIOCore"), nio("NIOEmbedded"),
                nio("NIOHTTP1"),
                nio("NIOWebSocket"),
            ], path: "Fuzz/Targets", swiftSettings: swift()),

        // Tests
        test("FuzzTests", ["FuzzTargets", "DeviceProtocol", "OpAMP", protobuf]),
        test("PluginLinkTests", ["PluginLink", "MartletABI"]),
        test("PluginPackageTests", ["PluginPackage", "DesiredState"]),
        test(
            "AgentPluginsTests",
            ["AgentPlugins", "DurableFiles", "PluginLink", "PluginPackage", "DesiredState", "PluginTestBench", logging]),
        .testTarget(
            name: "PluginWorkshopTests",
            dependencies: [
                "PluginWorkshop", "AgentPlugins", "PluginLink", "PluginPackage", "PluginTestBench", "TestStage",
                "DesiredState", "DurableFiles",
            ],
            exclude: ["mutants.txt"], swiftSettings: swift()),
        test("MartletPluginKitTests", ["MartletPluginKit", "MartletABI"]),
        .testTarget(
            name: "ClamAVPluginTests",
            dependencies: [
                "ClamAVManagement", "AgentPlugins", "DurableFiles", "DesiredState", "PluginTestBench",
                "MartletPluginKit",
            ],
            path: "Plugins/ClamAV/Tests", swiftSettings: swift()),
        .testTarget(
            name: "LinuxPluginTests",
            dependencies: [
                "LinuxManagement", "AgentPlugins", "DurableFiles", "DesiredState", "PluginTestBench",
                "MartletPluginKit",
            ],
            path: "Plugins/Linux/Tests", swiftSettings: swift()),
        .testTarget(
            name: "NginxPluginTests",
            dependencies: [
                "NginxManagement", "AgentPlugins", "DurableFiles", "DesiredState", "PluginTestBench",
                "MartletPluginKit",
            ],
            path: "Plugins/Nginx/Tests", swiftSettings: swift()),
        .testTarget(
            name: "PostgreSQLPluginTests",
            dependencies: ["AgentPlugins", "DurableFiles", "DesiredState", "PluginTestBench"],
            path: "Plugins/PostgreSQL/Tests", swiftSettings: swift()),
        // The plugin itself is built by cargo.
        .testTarget(
            name: "RedisPluginTests",
            dependencies: ["AgentPlugins", "DurableFiles", "DesiredState", "PluginTestBench"],
            path: "Plugins/Redis/Tests", exclude: ["Recorded"], swiftSettings: swift()),
        test("DurableFilesTests", ["DurableFiles", "PluginTestBench"]),
        test("DesiredStateTests", ["DesiredState"]),
        test("DeviceProtocolTests", ["DeviceProtocol"]),
        test("OpAMPTests", ["OpAMP", protobuf]),
        test("ServiceLogTests", ["ServiceLog", logging]),
        test("ServerPKITests", ["ServerPKI", "DeviceProtocol", "DeviceCrypto"]),
        test(
            "AgentCoreTests",
            [
                "AgentCore", "AgentPlugins", "DesiredState", "DeviceProtocol", "OpAMP", "PluginPackage",
                "PluginTestBench",
                crypto, logging,
            ]),
        test("ServerStoreTests", ["ServerStore", logging]),
        test("ManifestsTests", ["Manifests", "DesiredState"]),
        test(
            "ServerCoreTests",
            [
                "ServerCore", "ServerStore", "ServerPKI", "Manifests", "OpAMP", "DeviceProtocol", "DeviceCrypto",
                "DesiredState", crypto, protobuf, logging, lifecycle,
            ]),
        .testTarget(
            name: "OperatorAPITests",
            dependencies: [
                "OperatorAPI", "ServerCore", "ServerStore", "ServerPKI", "Manifests", "DesiredState", "DeviceProtocol",
                "OpAMP", protobuf, logging, lifecycle, nioSSL, asyncHTTPClient, nio("NIOCore"), nio("NIOHTTP1"),
                nio("NIOFoundationCompat"), .product(name: "Hummingbird", package: "hummingbird"),
            ], exclude: ["BadManifests"], swiftSettings: swift()),
        test("CLITests", ["CLI", "DesiredState", "PluginTestBench", argumentParser, nio("NIOHTTP1")]),
        test("EndToEnd", ["TestStage", "PluginTestBench", "DesiredState", "CSQLite", "PluginLink", "MartletABI"]),
        .testTarget(
            name: "Interop", dependencies: ["TestStage", "DesiredState"], exclude: ["requirements.txt", "Peers"],
            swiftSettings: swift()),
        test("FleetSimulatorTests", ["FleetSimulator"]),
        test("SimulationTests", ["Simulation", "AgentCore", "AgentGateway", "ServerCore", "DeviceProtocol"]),
        test("AgentGatewayTests", ["AgentGateway", "DeviceProtocol", "ServerCore", "ServerPKI", nio("NIOHTTP1")]),
        test(
            "TransportTests",
            [
                "AgentCore", "AgentGateway", "Manifests", "ServerCore", "ServerPKI", "ServerStore", "DeviceProtocol",
                "OpAMP",
                protobuf,
                logging, nio("NIOCore"), nio("NIOPosix"), nio("NIOHTTP1"),
            ]),
    ],
    swiftLanguageModes: [.v6],
    cLanguageStandard: .gnu11
)

// Of the tests only those that scripts/sanitize runs: the others take as long to build, and are not for a sanitizer.
if let sanitized = Context.environment["MARTLET_SANITIZED_TESTS"] {
    let names = sanitized.split(separator: "|").map(String.init)
    package.targets.removeAll { $0.type == .test && !names.contains($0.name) }
}

// libFuzzer brings its own main, so this executable is there only for scripts/fuzz.
if Context.environment["MARTLET_FUZZ"] == "1" {
    package.products.append(.executable(name: "martlet-fuzz", targets: ["Fuzz"]))
    package.targets.append(
        .executableTarget(
            name: "Fuzz", dependencies: ["FuzzTargets"], path: "Fuzz/Main",
            swiftSettings: swift() + [.unsafeFlags(["-parse-as-library"])],
            // gold fails on what the sanitizers add.
            linkerSettings: [.unsafeFlags(["-use-ld=lld"])]))
}
