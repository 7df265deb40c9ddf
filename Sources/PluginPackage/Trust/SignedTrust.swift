package import DesiredState

/// A statement of trust with its signature, as it travels: through manifests, the server and devices' documents, unread.
package struct SignedTrust: Sendable, Hashable {
    /// The statement's JSON, byte for byte as it was signed.
    package let text: String
    package let signature: [UInt8]

    package init(text: String, signature: [UInt8]) {
        self.text = text
        self.signature = signature
    }

    /// nil for anything but `json`'s shape.
    package init?(json: JSONValue) {
        guard let text = json["document"]?.stringValue,
            let signature = json["signature"]?.stringValue.flatMap(Digest.bytes(hex:))
        else { return nil }
        self.init(text: text, signature: signature)
    }

    package var json: JSONValue { ["document": .string(text), "signature": .string(Digest.hex(signature))] }

    /// The statement, if one of the PEM certificates itself signed it. Throws with the reason.
    package func statement(signedBy anchors: String) throws(TrustError) -> TrustStatement {
        guard text.utf8.count <= TrustStatement.maximumBytes, signature.count <= DetachedSignature.maximumBytes else {
            throw TrustError("document", expected: "at most \(TrustStatement.maximumBytes) bytes")
        }
        switch DetachedSignature.verify(.bytes(Array(text.utf8)), signature, by: .exactly(anchors), at: 0) {
        case .bad(let signer, let reason):
            let who = signer.subject.isEmpty ? "" : " (signed by \(signer.subject))"
            throw TrustError(
                "signature",
                expected: "one of the offline root or of an operator's key that was installed, but \(reason)\(who)")
        case .good: break
        }
        let json: JSONValue
        do { json = try JSONValue(parsing: Array(text.utf8)) } catch {
            throw TrustError("document", expected: "JSON, but \(error)")
        }
        return try TrustStatement(json: json)
    }
}
