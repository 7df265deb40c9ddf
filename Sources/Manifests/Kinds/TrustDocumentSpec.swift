package import DesiredState

/// Whose plugins may run on devices, as `martlet trust sign` makes it. What it says, and whether the signature holds, is
/// for those to judge who have the certificates.
package struct TrustDocumentSpec: Sendable, Equatable {
    /// Bytes of each.
    package static let longestText = 256 << 10

    /// JSON, byte for byte as it was signed.
    package var document: String
    /// Hexadecimal digits.
    package var signature: String

    init?(_ fields: ManifestFields) {
        fields.allow(["document", "signature"])
        let expected = "what martlet trust sign wrote"
        fields.require("document", expected)
        fields.require("signature", expected)
        guard let document = fields.string("document"), let signature = fields.string("signature") else { return nil }
        guard document.utf8.count <= Self.longestText, signature.utf8.count <= Self.longestText else {
            fields.refuse("document", expected: "at most \(Self.longestText) bytes", got: "more")
            return nil
        }
        self.document = document
        self.signature = signature
    }

    package var json: JSONValue { ["document": .string(document), "signature": .string(signature)] }
}
