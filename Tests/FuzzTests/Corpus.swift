import FoundationEssentials
import FuzzTargets

/// The inputs that are kept in `Fuzz/Corpus`.
enum Corpus {
    static let folder = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().appending(path: "Fuzz/Corpus")

    /// The names of the folders.
    static func targets() throws -> [String] {
        try FileManager.default.contentsOfDirectory(atPath: folder.path).sorted()
    }

    /// The inputs of a target, in the order of their names.
    static func inputs(of target: FuzzTarget) throws -> [[UInt8]] {
        let place = folder.appending(path: target.rawValue)
        return try FileManager.default.contentsOfDirectory(atPath: place.path).sorted().map {
            Array(try Data(contentsOf: place.appending(path: $0)))
        }
    }
}
