import DeviceProtocol

/// Somebody who came in with a token, and what has to hold for them to stay.
package struct OperatorAdmission: Sendable, Equatable {
    package let identity: OperatorIdentity
    /// The token itself: another one of the same name is not it.
    let token: Identifier
    /// Microseconds.
    let expires: Int64
}
