/// A durable relational store.
///
/// Closures are synchronous and, but for `lookUp`'s, run off the caller's executor, so that a driver may block in C. They may run on any
/// thread and must not start another `read` or `write` of the same store.
package protocol SQLStore: Sendable {
    var dialect: SQLDialect { get }

    /// Never blocked by a writer; sees what was committed when it began.
    func read<T: Sendable>(_ body: @escaping @Sendable (any SQLReader) throws -> T) async throws -> T

    /// The same for a row or two by their keys. An engine that reads them from this machine's memory may do so at once, on the thread
    /// that asks: the way to another and back takes longer than such a read.
    func lookUp<T: Sendable>(_ body: @escaping @Sendable (any SQLReader) throws -> T) async throws -> T

    /// When it returns, what `body` wrote survives the death of this process and of the machine.
    @discardableResult
    func write<T: Sendable>(_ body: @escaping @Sendable (any SQLTransaction) throws -> T) async throws -> T

    /// Frees what is kept only to be faster; soon, and without anybody waiting for it.
    func freeMemory()

    /// No call may follow.
    func close() throws
}

extension SQLStore {
    package func lookUp<T: Sendable>(_ body: @escaping @Sendable (any SQLReader) throws -> T) async throws -> T {
        try await read(body)
    }
}
