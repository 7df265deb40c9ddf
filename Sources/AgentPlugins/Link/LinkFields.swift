internal import PluginLink

/// A payload in the making.
package struct LinkFields: Sendable {
    package private(set) var bytes: [UInt8] = []

    package init() {}

    package func adding(_ tag: Int, _ value: some Sequence<UInt8>) -> LinkFields {
        let value = Array(value)
        var copy = self
        copy.bytes.reserveCapacity(bytes.count + Int(PL_FIELD_HEADER_SIZE) + value.count)
        copy.append(UInt64(truncatingIfNeeded: tag), octets: 2)
        copy.append(0, octets: 2)
        copy.append(UInt64(value.count), octets: 4)
        copy.bytes += value
        return copy
    }

    package func adding(_ tag: Int, _ text: String) -> LinkFields { adding(tag, text.utf8) }

    package func adding(_ tag: Int, _ number: Int64) -> LinkFields {
        let bits = UInt64(bitPattern: number)
        return adding(tag, (0..<8).map { UInt8(truncatingIfNeeded: bits >> (8 * $0)) })
    }

    private mutating func append(_ value: UInt64, octets: Int) {
        for index in 0..<octets { bytes.append(UInt8(truncatingIfNeeded: value >> (8 * UInt64(index)))) }
    }
}
