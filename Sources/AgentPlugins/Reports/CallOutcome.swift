/// What a call on a plugin gave.
package enum CallOutcome: Sendable, Hashable {
    case done
    case failed(reason: String, isRetryable: Bool)
}
