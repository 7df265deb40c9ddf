import DeviceCrypto
import DurableFiles
import Glibc
import NIOCore
import NIOSSL

/// TLS towards the server: 1.3 only, and only the CA copy the agent was installed with.
package struct AgentTLS: Sendable {
    private(set) var context: NIOSSLContext
    let trustDomain: String
    private(set) var showsIssuer: Bool
    /// Paths of PEM files.
    private let identity: (certificate: String, key: String)?
    private let roots: [UInt8]
    private let time: TrustedTime

    /// `moreRoots`: PEM, of a signed statement of trust. `certificate` and `key` are paths of PEM files; without them the agent can only enrol.
    /// `showsIssuer`: the issuer's certificate is shown, too, of which a plain OpAMP server or a proxy knows the root alone. One that
    /// holds it is spared half a kilobyte and the reading of it.
    package init(
        rootCertificate: String, certificate: String?, key: String?, trustDomain: String, time: TrustedTime,
        moreRoots: [UInt8] = [], showsIssuer: Bool = true
    ) throws {
        // NIOSSL's own error does not say which file.
        for file in [certificate, key].compactMap(\.self) { _ = try FileBytes.required(file) }
        let installed = try FileBytes.required(rootCertificate)
        roots = installed + [UInt8(ascii: "\n")] + moreRoots
        guard String(decoding: installed, as: UTF8.self).contains("-----BEGIN CERTIFICATE-----") else {
            throw AgentError("\(rootCertificate): expected a certificate in PEM")
        }
        identity = certificate.flatMap { certificate in key.map { (certificate, $0) } }
        context = try Self.context(identity, showsIssuer: showsIssuer)
        self.trustDomain = trustDomain
        self.showsIssuer = showsIssuer
        self.time = time
    }

    /// With the same trust, which is read when the agent starts or is told to, and not because of what is shown.
    func showing(issuer: Bool) throws -> AgentTLS {
        var other = self
        other.context = try Self.context(identity, showsIssuer: issuer)
        other.showsIssuer = issuer
        return other
    }

    private static func context(
        _ identity: (certificate: String, key: String)?, showsIssuer: Bool
    ) throws -> NIOSSLContext {
        var configuration = TLSConfiguration.makeClientConfiguration()
        configuration.minimumTLSVersion = .tlsv13
        // The chain is judged by `judge`. Names are not hosts here: ServerIdentityHandler checks the SPIFFE identity.
        configuration.certificateVerification = .noHostnameVerification
        // Never the host's own, which it may not even have.
        configuration.trustRoots = .certificates([])
        configuration.applicationProtocols = ["http/1.1"]
        if let (certificate, key) = identity {
            let chain = try NIOSSLCertificate.fromPEMFile(certificate).prefix(showsIssuer ? .max : 1)
            configuration.certificateChain = chain.map { .certificate($0) }
            configuration.privateKey = .privateKey(try NIOSSLPrivateKey(file: key, format: .pem))
        }
        return try NIOSSLContext(configuration: configuration)
    }

    /// A handler for one connection; `refused` is told why the peer's certificate is not trusted.
    func handler(serverName: String?, refused: @escaping @Sendable (String) -> Void) throws -> NIOSSLClientHandler {
        let (roots, time) = (roots, time)
        return try NIOSSLClientHandler(
            context: context, serverHostname: serverName,
            customVerificationCallback: { chain, promise in
                switch Self.judge(chain, roots: roots, now: time.now()) {
                case .refused(let problem):
                    refused(problem)
                    promise.succeed(.failed)
                case .trusted(let end):
                    time.verified(until: end)
                    promise.succeed(.certificateVerified)
                }
            })
    }

    private enum Judgement {
        /// µs; the end of the certificate's life.
        case trusted(until: Int64)
        case refused(String)
    }

    /// Whether the chain leads to our root at this time (µs). BoringSSL's own verification takes
    /// the time of the system's clock, which may be in 1970.
    private static func judge(_ chain: [NIOSSLCertificate], roots: [UInt8], now: Int64) -> Judgement {
        guard let certificates = try? chain.map({ try $0.toDERBytes() }), !certificates.isEmpty else {
            return .refused("its certificate cannot be read")
        }
        let lengths = certificates.map(\.count)
        let all = certificates.flatMap(\.self)
        return all.withUnsafeBufferPointer { bytes in
            var pointers: [UnsafePointer<UInt8>?] = []
            var offset = 0
            for length in lengths {
                pointers.append(bytes.baseAddress.map { $0 + offset })
                offset += length
            }
            let pem = roots.map { CChar(bitPattern: $0) }
            var end: Int64 = 0
            let problem = dc_verify_server_chain(
                pem, pem.count, pointers, lengths, lengths.count, now / 1_000_000, &end)
            guard let problem else { return .trusted(until: end * 1_000_000) }
            return .refused("\(String(cString: problem)) (judged at \(Self.date(now)); is this device's clock right?)")
        }
    }

    private static func date(_ time: Int64) -> String {
        var seconds = time_t(time / 1_000_000)
        var parts = tm()
        gmtime_r(&seconds, &parts)
        var text = [CChar](repeating: 0, count: 32)
        let count = strftime(&text, text.count, "%Y-%m-%d %H:%M UTC", &parts)
        return String(decoding: text[0..<count].map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }
}
