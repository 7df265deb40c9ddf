package import DeviceProtocol
import Manifests
import SwiftASN1

/// An operator's wish for the certificate of an OpAMP client that cannot enrol by itself.
package struct StrangerApplication: Sendable {
    package enum Subject: Sendable, Equatable {
        /// A device that is not known yet: its name, and the group it joins.
        case new(name: String, group: String)
        /// One that got its certificate this way, and needs another.
        case known(DeviceUID)
    }

    package var subject: Subject
    /// PKCS#10 in DER.
    package var request: [UInt8]

    /// `pem`: PKCS#10 as `openssl req -new` writes it. Throws `invalid` when it is something else.
    package init(_ subject: Subject, pem: String) throws(CoreError) {
        self.subject = subject
        do {
            let document = try PEMDocument(pemString: pem)
            guard document.discriminator.hasSuffix("CERTIFICATE REQUEST") else {
                throw Self.refusal(got: document.discriminator)
            }
            request = document.derBytes
        } catch let error as CoreError {
            throw error
        } catch {
            throw Self.refusal(got: "\(error)")
        }
    }

    private static func refusal(got: String) -> CoreError {
        CoreError(
            .invalid, "the certificate request cannot be read",
            problems: [FieldProblem(path: "csr", expected: "PKCS#10 in PEM (BEGIN CERTIFICATE REQUEST)", got: got)])
    }
}
