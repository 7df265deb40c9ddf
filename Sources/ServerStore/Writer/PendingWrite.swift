/// A submission that waits for its batch.
struct PendingWrite: Sendable {
    /// About how many rows it touches; bounds the batch.
    let rows: Int
    /// Runs it in a savepoint. What it returns is called once with the fate of the batch (nil: committed) and hands the
    /// result to the submitter.
    let run: @Sendable (any SQLTransaction) -> Completion

    /// Ends a submission whose batch failed or that never ran.
    let refuse: @Sendable (any Error) -> Void

    typealias Completion = @Sendable ((any Error)?) -> Void

    init<T: Sendable>(
        rows: Int, continuation: CheckedContinuation<T, any Error>,
        body: @escaping @Sendable (any SQLTransaction) throws -> T
    ) {
        self.rows = rows
        refuse = { continuation.resume(throwing: $0) }
        run = { transaction in
            let outcome = Result { try transaction.savepoint { try body(transaction) } }
            return { failure in
                if let failure {
                    continuation.resume(throwing: failure)
                } else {
                    continuation.resume(with: outcome)
                }
            }
        }
    }
}
