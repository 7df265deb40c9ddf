import DesiredState
import Foundation
import PluginPackage
import Testing

@Suite struct PackageFormatTests {
    @Test func `the same files give the same bytes, and stock tar reads them`() throws {
        let (first, second) = (try Vendor(), try Vendor())
        let bytes = try first.bytes(URL(fileURLWithPath: first.pack()).lastPathComponent)
        _ = try second.pack()
        #expect(try second.bytes("plugin.mpkg") == bytes)
        try first.run("tar xf plugin.mpkg")
        #expect(try first.bytes("lib/x86_64/plugin.so") == Vendor.library())
        #expect(try first.text("licences/LICENSE") == "do what you like\n")
        let index = try JSONValue(parsing: first.bytes("package.json"))
        #expect(index["files"]?["lib/x86_64/plugin.so"]?.stringValue == Digest.hex(Digest.sha256(Vendor.library())))
    }

    @Test func `what was packed is read back and extracted as it was`() throws {
        let vendor = try Vendor()
        let package = try PackageReader(vendor.pack())
        #expect(package.index.id == "com.example.cache" && package.index.version == "1.0.0")
        #expect(package.architectures == [.x86_64])
        try package.extract(.library(.x86_64), to: vendor.path("out.so"))
        #expect(try vendor.bytes("out.so") == Vendor.library())
        #expect(throws: PackageError.self) { try package.extract(.library(.aarch64), to: vendor.path("no.so")) }
    }

    /// Every byte of headers, index and manifest, and some of all else.
    @Test func `no byte of a package can be changed without being noticed`() throws {
        let vendor = try Vendor()
        let path = try vendor.pack()
        let bytes = try vendor.bytes("plugin.mpkg")
        for place in stride(from: 0, to: bytes.count, by: 37) {
            var changed = bytes
            changed[place] ^= 0x20
            try vendor.write("plugin.mpkg", changed)
            #expect(throws: PackageError.self, "byte \(place)") { _ = try PackageReader(path) }
        }
    }

    @Test(arguments: [0, 1, 511, 512, 700, 2_000, -1, -512, -1_024])
    func `a package that was cut is none`(length: Int) throws {
        let vendor = try Vendor()
        let path = try vendor.pack()
        let bytes = try vendor.bytes("plugin.mpkg")
        try vendor.write("plugin.mpkg", Array(bytes.prefix(length > 0 ? length : bytes.count + length - 1)))
        #expect(throws: PackageError.self) { _ = try PackageReader(path) }
    }

    @Test func `archives of other tools are no packages, whatever is in them`() throws {
        let vendor = try Vendor()
        _ = try vendor.pack()
        try vendor.run("tar xf plugin.mpkg")
        for command in [
            "tar cf other.mpkg package.json plugin.yaml lib licences", "tar czf other.mpkg package.json plugin.yaml",
            "tar cf other.mpkg --transform s,LICENSE,../../../etc/passwd, package.json plugin.yaml licences",
            "cp plugin.so other.mpkg",
        ] {
            try vendor.run(command)
            #expect(throws: PackageError.self, "\(command)") { _ = try PackageReader(vendor.path("other.mpkg")) }
        }
    }

    @Test func `a library for another processor than it is named for is refused`() throws {
        let vendor = try Vendor()
        _ = try vendor.pack()
        try vendor.write("arm.so", Vendor.library(0xB7))
        for (architecture, file) in [
            (PackageArchitecture.x86_64, "arm.so"), (.aarch64, "plugin.so"), (.x86_64, "LICENSE"),
        ] {
            let source = PackageSource(
                manifestPath: vendor.path("plugin.yaml"), libraries: [architecture: vendor.path(file)])
            #expect(throws: PackageError.self) { _ = try PackageWriter.make(source) }
        }
        let both = PackageSource(
            manifestPath: vendor.path("plugin.yaml"),
            libraries: [.aarch64: vendor.path("arm.so"), .x86_64: vendor.path("plugin.so")])
        try vendor.write("both.mpkg", PackageWriter.make(both))
        #expect(try PackageReader(vendor.path("both.mpkg")).architectures == [.aarch64, .x86_64])
    }

    @Test func `more than a package may hold is refused by who makes it`() throws {
        let vendor = try Vendor()
        _ = try vendor.pack()
        try vendor.write("big", [UInt8](repeating: 1, count: Int(PackageLimits.licenceBytes) + 1))
        let source = PackageSource(
            manifestPath: vendor.path("plugin.yaml"), libraries: [.x86_64: vendor.path("plugin.so")],
            licences: ["BIG": vendor.path("big")])
        #expect(throws: (any Error).self) { _ = try PackageWriter.make(source) }
    }

    @Test func `versions are ordered by their numbers, and early ones come first`() {
        let ordered = [
            "0.9", "1.0.0-alpha", "1.0.0-alpha.2", "1.0.0-alpha.10", "1.0.0-beta", "1.0.0", "1.0.1", "1.2", "1.10.0",
            "2",
            "2.0.1", "x",
        ]
        for (place, early) in ordered.enumerated() {
            for late in ordered[(place + 1)...] {
                #expect(PluginVersion(early) < PluginVersion(late), "\(early) < \(late)")
                #expect(!(PluginVersion(late) < PluginVersion(early)), "\(early) < \(late)")
            }
        }
        #expect(!(PluginVersion("1.0") < PluginVersion("1.0.0")) && !(PluginVersion("1.0.0") < PluginVersion("1.0")))
        #expect(!(PluginVersion("1+a") < PluginVersion("1+b")))
    }
}
