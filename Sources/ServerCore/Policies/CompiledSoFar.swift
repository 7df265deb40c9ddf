import DesiredState
import ServerStore

/// What was read and compiled since the declarations last changed. A value; it holds for its version alone.
struct CompiledSoFar: Sendable {
    /// Different documents whose hash is remembered, at most.
    static let mostHashes = 20_000

    let version: [UInt8]?
    let wishes: DeclaredWishes
    private var chains: [String: [String]] = [:]
    private var hashes: [DocumentCompiler.Key: [UInt8]] = [:]

    init(version: [UInt8]?, from reader: any SQLReader) throws {
        self.version = version
        wishes = try DeclaredWishes(from: reader)
    }

    /// The group and its ancestors, nearest first.
    mutating func chain(from group: String, in reader: any SQLReader) throws -> [String] {
        if let known = chains[group] { return known }
        let chain = try GroupRecord.chain(from: group, in: reader).map(\.name)
        chains[group] = chain
        return chain
    }

    func hash(of key: DocumentCompiler.Key) -> [UInt8]? { hashes[key] }

    /// What is wanted of one device alone is seldom asked for twice, and not remembered.
    mutating func remember(_ hash: [UInt8], of key: DocumentCompiler.Key) {
        guard key.settings.isEmpty else { return }
        if hashes.count >= Self.mostHashes { hashes = [:] }
        hashes[key] = hash
    }
}
