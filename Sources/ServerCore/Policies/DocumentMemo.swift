import ServerStore
import Synchronization

/// Keeps what was compiled from one transaction to the next, as long as the declarations are the same.
final class DocumentMemo: Sendable {
    private let kept = Mutex<CompiledSoFar?>(nil)

    /// As of the transaction's view of the declarations. It is the caller's alone until it is kept again; a transaction
    /// that fails loses it, which costs reading the declarations once more.
    func take(in transaction: any SQLTransaction) throws -> CompiledSoFar {
        let version = try DeclaredVersion.read(in: transaction)
        if let known = kept.withLock({ $0.take() }), known.version == version { return known }
        return try CompiledSoFar(version: version, from: transaction)
    }

    func keep(_ compiled: CompiledSoFar) { kept.withLock { $0 = compiled } }
}
