import DesiredState
import PluginPackage

/// Signatures as a server, or somebody in its place, may send them. The corpus has one that was made with a key that nobody
/// kept; it is good for `content`, and for nothing else.
enum SignatureFuzz {
    private static let content = Array("content".utf8)
    private static let other = Array("something else".utf8)

    static func run(_ bytes: [UInt8]) {
        let anchors = [DetachedSignature.Anchors.codeSigning(certificate), .exactly(certificate)]
        for anchor in anchors {
            _ = DetachedSignature.verify(.bytes(content), bytes, by: anchor, at: 1_800_000_000_000_000)
            if case .good = DetachedSignature.verify(.bytes(other), bytes, by: anchor, at: 1_800_000_000_000_000) {
                preconditionFailure("a signature that nobody made")
            }
        }
        guard let json = try? JSONValue(parsing: bytes), let statement = try? TrustStatement(json: json) else { return }
        precondition((try? TrustStatement(json: statement.json)) == statement, "a statement reads back otherwise")
    }

    private static let certificate = """
        -----BEGIN CERTIFICATE-----
        MIIBhzCCAS6gAwIBAgIUPrsnuQb6gZQGhDMMaabLXc5U+CswCgYIKoZIzj0EAwIw
        DzENMAsGA1UEAwwEZnV6ejAeFw0yNjExMjUxOTE0MjhaFw00NjExMjAxOTE0Mjha
        MA8xDTALBgNVBAMMBGZ1enowWTATBgcqhkjOPQIBBggqhkjOPQMBBwNCAASf+pNK
        GCxmz2DVcy/Z4F9XoRdoRI3DpF0NqsFpQM+4F6aR4fHPRmTTG/6QwHjPxbGFsyTI
        k+04o88H/PvzqCEHo2gwZjAdBgNVHQ4EFgQU+j8LOd7xl+NpObCEQz/JNKWcKdIw
        HwYDVR0jBBgwFoAU+j8LOd7xl+NpObCEQz/JNKWcKdIwDwYDVR0TAQH/BAUwAwEB
        /zATBgNVHSUEDDAKBggrBgEFBQcDAzAKBggqhkjOPQQDAgNHADBEAiAYH+5BI3aU
        1/gWv/OoQGh/uy5MSTZAWuQvKZFV5mvYUAIgKcAxt6TVqJ1b+UJqEBeXvYn/85dK
        1BE8rkwYXvQs7hE=
        -----END CERTIFICATE-----
        """
}
