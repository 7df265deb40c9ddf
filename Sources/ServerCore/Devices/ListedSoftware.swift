import DesiredState
import DeviceProtocol
import ServerStore

/// An installed package as a list has it, of whichever device. Two are equal when their bytes are, as in the store; to Swift's strings
/// `é` in one character and in two are the same.
struct ListedSoftware: Hashable, Comparable {
    let name: String
    let architecture: String
    let source: String
    let version: String
    /// The fields, each to its end: equal for equal fields alone, in the order of the store's key.
    private let key: [UInt8]

    private init(name: String, architecture: String, source: String, version: String) {
        (self.name, self.architecture, self.source, self.version) = (name, architecture, source, version)
        var key: [UInt8] = []
        for field in [name, architecture, source, version] {
            for byte in field.utf8 {
                key.append(byte)
                if byte == 0 { key.append(1) }
            }
            key += [0, 0]
        }
        self.key = key
    }

    init(_ item: WireSoftware) {
        self.init(name: item.name, architecture: item.architecture, source: item.source, version: item.version)
    }

    init(_ row: SQLRow) throws {
        self.init(
            name: try row.text("name"), architecture: try row.text("architecture"), source: try row.text("source"),
            version: try row.text("version"))
    }

    static func == (a: ListedSoftware, b: ListedSoftware) -> Bool { a.key == b.key }
    static func < (a: ListedSoftware, b: ListedSoftware) -> Bool { a.key.lexicographicallyPrecedes(b.key) }
    func hash(into hasher: inout Hasher) { hasher.combine(key) }

    /// SHA-256 over sorted items. What a device says of its list is its own word; this is what the server has seen.
    static func digest(of sorted: [ListedSoftware]) -> [UInt8] { Digest.sha256(sorted.flatMap(\.key)) }
}
