import PluginPackage

/// A key and its certificate, from files, with which operators and vendors sign.
struct SigningKey {
    let keyPath: String
    let certificatePath: String
    private let key: String
    private let certificate: String

    init(key: String, certificate: String) throws(CLIError) {
        (keyPath, certificatePath) = (key, certificate)
        self.key = try SecretFile.contents(key, of: "key")
        self.certificate = try SecretFile.contents(certificate, of: "certificate")
    }

    /// `what` names the content in errors.
    func sign(_ content: DetachedSignature.Content, of what: String) throws(CLIError) -> [UInt8] {
        let signature = DetachedSignature.make(content, key: Array(key.utf8), certificates: Array(certificate.utf8))
        guard let signature else {
            throw CLIError(
                .invalidInput,
                "cannot sign \(what): expected a private key in PEM without a passphrase in \(keyPath) and its certificate in \(certificatePath)"
            )
        }
        return signature
    }
}
