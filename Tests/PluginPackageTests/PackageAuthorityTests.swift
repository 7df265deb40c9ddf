import DesiredState
import Foundation
import PluginPackage
import Testing

@Suite struct PackageAuthorityTests {
    private func statement(
        _ vendor: Vendor, plugins: String = "com.example.*", root: String = "root"
    ) throws -> TrustStatement {
        try TrustStatement(
            json: [
                "serial": 1,
                "vendors": [
                    [
                        "name": "Example", "plugins": [.string(plugins)],
                        "certificates": .string(vendor.text("\(root).pem")),
                    ]
                ],
            ])
    }

    private func reason(
        _ vendor: Vendor, _ trust: TrustStatement, _ signature: [UInt8], at time: Int64? = nil
    ) throws -> String? {
        let package = try PackageReader(vendor.path("plugin.mpkg"))
        do {
            _ = try PackageAuthority(trust).admit(package, signature: signature, at: time ?? vendor.now)
            return nil
        } catch { return error.reason }
    }

    @Test func `a signature of ours is one for stock openssl, and the reverse`() throws {
        let vendor = try Vendor()
        try vendor.certificate("signing")
        let package = try vendor.pack()
        let ours = try vendor.sign(package, with: "signing")
        try vendor.write("ours.p7s", ours)
        try vendor.openssl(
            "cms -verify -binary -inform DER -purpose any -CAfile root.pem -in ours.p7s -content plugin.mpkg -out /dev/null"
        )
        try vendor.openssl(
            "cms -sign -binary -in plugin.mpkg -signer signing.pem -inkey signing.key -outform DER -out theirs.p7s")
        let trust = try statement(vendor)
        #expect(try reason(vendor, trust, ours) == nil)
        #expect(try reason(vendor, trust, vendor.bytes("theirs.p7s")) == nil)
    }

    @Test func `what is signed by nobody, by others, for other things or with other bytes is refused with the reason`()
        throws
    {
        let (vendor, other) = (try Vendor(), try Vendor())
        for (name, purpose) in [("signing", "codeSigning"), ("server", "serverAuth"), ("any", nil)] {
            try vendor.certificate(name, purpose: purpose)
        }
        try other.certificate("signing")
        let package = try vendor.pack()
        let trust = try statement(vendor)
        let good = try vendor.sign(package, with: "signing")
        let stranger = try #require(
            DetachedSignature.make(
                .file(package), key: other.bytes("signing.key"), certificates: other.bytes("signing.pem")))
        #expect(try reason(vendor, trust, stranger)?.contains("CN=signing") == true)
        #expect(try reason(vendor, trust, vendor.sign(package, with: "server"))?.contains("code signing") == true)
        #expect(try reason(vendor, trust, vendor.sign(package, with: "any"))?.contains("code signing") == true)
        #expect(try reason(vendor, trust, [])?.contains("cannot be read") == true)
        #expect(try reason(vendor, trust, good + [0])?.contains("cannot be read") == true)
        #expect(try reason(vendor, trust, Array(good.dropLast()))?.contains("cannot be read") == true)
        _ = try vendor.pack("other", version: "1.0.1")
        let otherBytes = try vendor.sign(vendor.path("other.mpkg"), with: "signing")
        #expect(try reason(vendor, trust, otherBytes)?.contains("not of these bytes") == true)
        // Whatever bit is turned.
        for place in stride(from: 0, to: good.count, by: 11) {
            var changed = good
            changed[place] ^= 1
            // The bits of a certificate that nobody needs may be any.
            if try reason(vendor, trust, changed) == nil {
                #expect(
                    DetachedSignature.verify(
                        .file(package), changed, by: .codeSigning(try vendor.text("root.pem")), at: vendor.now)
                        == DetachedSignature.verify(
                            .file(package), good, by: .codeSigning(try vendor.text("root.pem")), at: vendor.now))
            }
        }
        // What it signs inside, or a weak digest.
        try vendor.openssl(
            "cms -sign -binary -nodetach -in plugin.mpkg -signer signing.pem -inkey signing.key -outform DER -out attached.p7s"
        )
        #expect(try reason(vendor, trust, vendor.bytes("attached.p7s"))?.contains("detached") == true)
        try vendor.openssl(
            "cms -sign -binary -md sha1 -in plugin.mpkg -signer signing.pem -inkey signing.key -outform DER -out weak.p7s"
        )
        #expect(try reason(vendor, trust, vendor.bytes("weak.p7s"))?.contains("weak digest") == true)
    }

    @Test func `a vendor ships its own plugins only, and a revoked or expired signer none`() throws {
        let vendor = try Vendor()
        try vendor.certificate("signing")
        let package = try vendor.pack()
        let good = try vendor.sign(package, with: "signing")
        for pattern in ["com.example.cache", "com.example.*", "com.*"] {
            #expect(try reason(vendor, statement(vendor, plugins: pattern), good) == nil)
        }
        for pattern in ["com.example", "com.example.cach", "com.examples.*", "com.example.cache.*"] {
            #expect(
                try reason(vendor, statement(vendor, plugins: pattern), good)?.contains("no trusted vendor") == true)
        }
        let day: Int64 = 86_400_000_000
        #expect(try reason(vendor, statement(vendor), good, at: vendor.now + 11 * day)?.contains("expired") == true)
        #expect(try reason(vendor, statement(vendor), good, at: vendor.now - day)?.contains("not yet valid") == true)
        // The signer itself may be what is trusted, without its root.
        #expect(try reason(vendor, statement(vendor, root: "signing"), good) == nil)
        var trust = try statement(vendor)
        guard
            case .good(let signer) = DetachedSignature.verify(
                .file(package), good, by: .codeSigning(try vendor.text("root.pem")), at: vendor.now)
        else { throw PackageError(package, "expected a good signature") }
        trust.revoked = [signer.fingerprint]
        #expect(try reason(vendor, trust, good)?.contains("revoked") == true)
    }

    @Test func `a statement of trust counts only from a certificate that is trusted itself`() throws {
        let vendor = try Vendor()
        try vendor.certificate("operator", purpose: "emailProtection")
        try vendor.certificate("server", purpose: "serverAuth")
        let text = CanonicalJSON.text(try statement(vendor).json)
        func signed(_ name: String) throws -> SignedTrust {
            SignedTrust(
                text: text,
                signature: try #require(
                    DetachedSignature.make(
                        .bytes(Array(text.utf8)), key: vendor.bytes("\(name).key"),
                        certificates: vendor.bytes("\(name).pem"))))
        }
        let anchors = try vendor.text("root.pem") + "\n" + vendor.text("operator.pem")
        #expect(try signed("root").statement(signedBy: anchors).serial == 1)
        #expect(try signed("operator").statement(signedBy: anchors).serial == 1)
        // What the root issued is not the root.
        #expect(throws: TrustError.self) { try signed("server").statement(signedBy: anchors) }
        let changed = SignedTrust(
            text: text.replacingOccurrences(of: "\"serial\":1", with: "\"serial\":2"),
            signature: try signed("root").signature)
        #expect(throws: TrustError.self) { try changed.statement(signedBy: anchors) }
    }

    @Test(arguments: [
        #"{"serial":0}"#, #"{"vendors":[]}"#, #"{"serial":1,"vendor":[]}"#, #"{"serial":1,"vendors":[{"name":"x"}]}"#,
        #"{"serial":1,"revoked":["ab"]}"#, #"{"serial":1,"grants":{"x":{"units":["a.service"]}}}"#,
        #"{"serial":1,"grants":{"com.example.x":{"units":["*"]}}}"#, #"{"serial":1,"downgrades":{"com.example.x":1}}"#,
        "[]",
    ])
    func `a statement with something else in it is refused by its place`(text: String) throws {
        let json = try JSONValue(parsing: Array(text.utf8))
        #expect(throws: TrustError.self) { _ = try TrustStatement(json: json) }
    }

    @Test func `a statement reads back as it was written`() throws {
        let vendor = try Vendor()
        var trust = try statement(vendor)
        trust.units = ["com.example.cache": ["cache.service"]]
        trust.paths = ["com.example.cache": ["/etc/cache"], "com.example.other": ["/etc/other/conf"]]
        trust.downgrades = ["com.example.cache": "1.2"]
        trust.rootCertificates = try vendor.text("root.pem")
        trust.revoked = [[UInt8](repeating: 7, count: 32)]
        #expect(try TrustStatement(json: trust.json) == trust)
        #expect(trust.mayGoBack("com.example.cache", to: "1.10") && !trust.mayGoBack("com.example.cache", to: "1.1"))
        #expect(!trust.mayGoBack("com.example.other", to: "9"))
    }
}
