import DesiredState

/// The software of a device at one moment: sorted, with a hash that both sides compute alike.
package struct SoftwareList: Sendable, Hashable {
    package let items: [SoftwareItem]
    package let hash: [UInt8]

    package init(_ items: some Sequence<SoftwareItem>) {
        self.items = Set(items).sorted()
        hash = Digest.sha256(Array(self.items.map(\.line).joined().utf8))
    }

    /// What must be added to and removed from `base` to get this list.
    package func changes(from base: SoftwareList) -> (added: [SoftwareItem], removed: [SoftwareItem]) {
        let (old, new) = (Set(base.items), Set(items))
        return (new.subtracting(old).sorted(), old.subtracting(new).sorted())
    }

    /// As kept in the store: one line an item.
    package var bytes: [UInt8] { Array(items.map(\.line).joined().utf8) }

    package init(bytes: [UInt8]) {
        let lines = bytes.split(separator: UInt8(ascii: "\n"))
        self.init(
            lines.compactMap { line in
                let fields = line.split(separator: UInt8(ascii: "\t"), omittingEmptySubsequences: false)
                guard fields.count == 3 else { return nil }
                return SoftwareItem(
                    name: String(decoding: fields[0], as: UTF8.self),
                    version: String(decoding: fields[1], as: UTF8.self),
                    architecture: String(decoding: fields[2], as: UTF8.self))
            })
    }
}
