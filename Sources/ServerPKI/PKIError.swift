/// Why the certificate authority did not do what it was asked.
package struct PKIError: Error, Sendable, CustomStringConvertible {
    package struct Code: Sendable, Hashable {
        private enum Kind: Sendable, Hashable { case alreadyInitialized, unreadable, invalidRequest, failed }
        private let kind: Kind
        package static let alreadyInitialized = Code(kind: .alreadyInitialized)
        package static let unreadable = Code(kind: .unreadable)
        package static let invalidRequest = Code(kind: .invalidRequest)
        package static let failed = Code(kind: .failed)
    }

    package let code: Code
    package let message: String

    package init(_ code: Code, _ message: String) {
        self.code = code
        self.message = message
    }

    package var description: String { message }
}
