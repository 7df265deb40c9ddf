/// Who comes in with a token.
package enum TokenKind: String, Sendable, CaseIterable {
    case enrollment
    case `operator`
}
