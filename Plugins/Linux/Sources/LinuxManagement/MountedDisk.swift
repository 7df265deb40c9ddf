/// A mounted file system that holds data, from /proc/mounts.
package struct MountedDisk: Sendable, Hashable {
    package var mount: String
    package var device: String

    /// Those backed by a device, each device once; the first mount of a device counts.
    package static func list(procMounts text: String) -> [MountedDisk] {
        var seen: Set<String> = []
        var disks: [MountedDisk] = []
        for line in text.split(separator: "\n") {
            let words = line.split(separator: " ")
            guard words.count >= 3, isData(type: words[2]) else { continue }
            let device = unescape(words[0])
            guard seen.insert(device).inserted else { continue }
            disks.append(MountedDisk(mount: unescape(words[1]), device: device))
        }
        return disks
    }

    private static func isData(type: Substring) -> Bool {
        ["ext2", "ext3", "ext4", "xfs", "btrfs", "zfs", "f2fs", "vfat", "ntfs", "overlay"].contains(type)
    }

    /// The kernel writes space, tab, newline and backslash as three octal digits.
    private static func unescape(_ text: Substring) -> String {
        var out: [UInt8] = []
        var rest = Array(text.utf8)[...]
        while let byte = rest.popFirst() {
            if byte == UInt8(ascii: "\\"), rest.count >= 3,
                let code = UInt8(String(decoding: rest.prefix(3), as: UTF8.self), radix: 8)
            {
                out.append(code)
                rest = rest.dropFirst(3)
            } else {
                out.append(byte)
            }
        }
        return String(decoding: out, as: UTF8.self)
    }
}
