/// Reads dpkg's database of installed packages (deb822 paragraphs).
package enum DpkgStatus {
    package static let path = "/var/lib/dpkg/status"

    /// Packages whose state is "installed"; what cannot be read is left out.
    package static func parse(_ bytes: [UInt8]) -> [SoftwareItem] {
        var items: [SoftwareItem] = []
        var paragraph = Paragraph()
        for line in bytes.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false) {
            if line.isEmpty {
                if let item = paragraph.item { items.append(item) }
                paragraph = Paragraph()
            } else {
                paragraph.read(line)
            }
        }
        if let item = paragraph.item { items.append(item) }
        return items
    }

    private struct Paragraph {
        private var name = ""
        private var version = ""
        private var architecture = ""
        private var installed = false

        mutating func read(_ line: ArraySlice<UInt8>) {
            guard let colon = line.firstIndex(of: UInt8(ascii: ":")), line.first != UInt8(ascii: " ") else { return }
            let key = line[..<colon]
            let value = line[(colon + 1)...].drop { $0 == UInt8(ascii: " ") }
            switch key.count {
            case 7 where key.elementsEqual("Package".utf8): name = String(decoding: value, as: UTF8.self)
            case 7 where key.elementsEqual("Version".utf8): version = String(decoding: value, as: UTF8.self)
            case 12 where key.elementsEqual("Architecture".utf8): architecture = String(decoding: value, as: UTF8.self)
            case 6 where key.elementsEqual("Status".utf8):
                installed =
                    value.elementsEqual("install ok installed".utf8)
                    || value.elementsEqual("hold ok installed".utf8)
            default: break
            }
        }

        var item: SoftwareItem? {
            installed && !name.isEmpty ? SoftwareItem(name: name, version: version, architecture: architecture) : nil
        }
    }
}
