extension ChangeFeed {
    /// Reads now and after every signal until `satisfied`, at most for `time`; returns what was read last.
    package func wait<Value: Sendable>(
        _ time: Duration, for read: @escaping @Sendable () async throws -> Value,
        until satisfied: @escaping @Sendable (Value) -> Bool
    ) async throws -> Value {
        let signals = signals()
        let first = try await read()
        if satisfied(first) || time <= .zero { return first }
        let timely = try await withThrowingTaskGroup(of: Value?.self) { group in
            group.addTask {
                for await _ in signals {
                    let value = try await read()
                    if satisfied(value) { return value }
                }
                return nil
            }
            group.addTask {
                try await Task.sleep(for: time)
                return nil
            }
            defer { group.cancelAll() }
            return try await group.next() ?? nil
        }
        if let timely { return timely }
        return try await read()
    }
}
