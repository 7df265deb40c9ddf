package import DeviceProtocol
package import ServerStore

/// Finds devices by what people call them: uid, the beginning of a uid, or host name.
package enum DeviceLookup {
    static let shortestPrefix = 4
    static let most = 8

    /// Every device that `text` may mean, at most `most`.
    static func matches(_ text: String, in reader: any SQLReader) throws -> [DeviceUID] {
        if let uid = DeviceUID(text) {
            let rows = try reader.query("SELECT uid FROM devices WHERE uid = $1", [.blob(uid.bytes)])
            if !rows.isEmpty { return [uid] }
        }
        let named = try uids(
            reader.query("SELECT uid FROM devices WHERE hostname = $1 ORDER BY uid LIMIT \(most)", [.text(text)]))
        guard named.isEmpty, let (low, high) = range(text) else { return named }
        return try uids(
            reader.query(
                "SELECT uid FROM devices WHERE uid >= $1 AND uid <= $2 ORDER BY uid LIMIT \(most)",
                [.blob(low), .blob(high)]))
    }

    /// Throws `notFound`, or `conflict` when more than one device is meant.
    package static func resolve(_ text: String, in reader: any SQLReader) throws -> DeviceUID {
        let found = try matches(text, in: reader)
        guard let first = found.first else {
            throw CoreError(
                .notFound,
                "no device \"\(text)\"; give a uid, the beginning of one, or a host name (martlet get devices)")
        }
        guard found.count == 1 else {
            let list = found.map(\.description).joined(separator: ", ")
            throw CoreError(.conflict, "\"\(text)\" means more than one device: \(list)")
        }
        return first
    }

    private static func uids(_ rows: [SQLRow]) throws -> [DeviceUID] {
        try rows.compactMap { DeviceUID(try $0.blob("uid")) }
    }

    /// The uids that begin with these hexadecimal digits.
    private static func range(_ text: String) -> (low: [UInt8], high: [UInt8])? {
        let digits = text.lowercased().filter { $0 != "-" }
        guard (shortestPrefix...32).contains(digits.count), digits.allSatisfy(\.isHexDigit),
            let low = Identifier(digits.padding(with: "0")), let high = Identifier(digits.padding(with: "f"))
        else { return nil }
        return (low.bytes, high.bytes)
    }
}

extension String {
    fileprivate func padding(with character: Character) -> String {
        self + String(repeating: character, count: max(0, 32 - count))
    }
}
