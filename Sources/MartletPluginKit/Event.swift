internal import FoundationEssentials
internal import MartletABI

/// Something that happened.
public struct Event: Sendable, Hashable {
    public enum Severity: Sendable, Hashable {
        case info, warning, failure, critical

        var value: Int32 {
            switch self {
            case .info: Int32(MARTLET_SEVERITY_INFO)
            case .warning: Int32(MARTLET_SEVERITY_WARNING)
            case .failure: Int32(MARTLET_SEVERITY_FAILURE)
            case .critical: Int32(MARTLET_SEVERITY_CRITICAL)
            }
        }
    }

    /// Names the occurrence: the same event emitted twice with one id is stored once.
    public var id: EventID
    /// One of the manifest's types.
    public var type: String
    public var severity: Severity
    /// English.
    public var text: String
    /// The arguments, for translation and search.
    public var arguments: [String: DetailValue]
    /// Empty for an application that is one.
    public var instance: String
    /// UTC microseconds; nil for now.
    public var time: Int64?

    public init(
        _ type: String, _ severity: Severity, _ text: String, arguments: [String: DetailValue] = [:],
        instance: String = "", id: EventID = EventID(), time: Int64? = nil
    ) {
        self.id = id
        self.type = type
        self.severity = severity
        self.text = text
        self.arguments = arguments
        self.instance = instance
        self.time = time
    }
}

/// 16 octets that name an occurrence.
public struct EventID: Sendable, Hashable {
    let octets: [UInt8]

    /// A random one.
    public init() {
        octets = withUnsafeBytes(of: UUID().uuid) { Array($0) }
    }

    /// The same octets for the same text: for an occurrence that may be noticed twice. Not for secrets (FNV-1a, 128 bits).
    public init(naming text: String) {
        var hash: UInt128 = 0x6C62_272E_07BB_0142_62B8_2175_6295_C58D
        for byte in text.utf8 { hash = (hash ^ UInt128(byte)) &* 0x0000_0000_0100_0000_0000_0000_0000_013B }
        octets = (0..<16).map { UInt8(truncatingIfNeeded: hash >> (8 * (15 - $0))) }
    }

    /// Missing octets are zero, further ones are left out.
    public init(_ octets: some Sequence<UInt8>) {
        let given = Array(octets.prefix(16))
        self.octets = given + [UInt8](repeating: 0, count: 16 - given.count)
    }
}
