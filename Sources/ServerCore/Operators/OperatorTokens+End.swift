extension OperatorTokens {
    /// Returns once who was admitted would not be admitted any more: the token was revoked, or its time is over. Throws when the
    /// task is cancelled before.
    package func waitForEnd(of admission: OperatorAdmission) async throws {
        let signals = revocations.signals()
        guard try await stands(admission) else { return }
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask {
                for await _ in signals {
                    guard try await stands(admission) else { return }
                }
                try Task.checkCancellation()
            }
            group.addTask {
                // Again, where the clock was set back meanwhile.
                repeat {
                    try await Task.sleep(for: .microseconds(max(admission.expires - clock.now(), 1_000)))
                } while try await stands(admission)
            }
            defer { group.cancelAll() }
            try await group.next()
        }
    }
}
