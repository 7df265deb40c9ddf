internal import DesiredState
internal import DurableFiles
internal import PluginPackage

/// The user that a plugin's process becomes. Pure.
///
/// One that came in a package has, and where the agent has no privilege every one has, a user of its
/// own, which follows from its id, so that it is the same after every start and on every device. Nobody else has it: it lies above what distributions, systemd and container managers give out.
package enum PluginUser {
    static let range: Range<UInt32> = 0x7000_0000..<0x7FFE_0000

    /// nil for the agent's own: the host's owner installed the plugin, or the agent is not root.
    static func of(_ plugin: InstalledPlugin, agent: UInt32) -> UInt32? {
        guard plugin.isPackaged, agent == 0 else { return nil }
        return id(plugin.manifest.id)
    }

    package static func isPlugins(_ user: UInt32) -> Bool { range.contains(user) }

    package static func id(_ plugin: String) -> UInt32 {
        let digest = Digest.sha256(Array(plugin.utf8))
        let number = digest.prefix(4).reduce(UInt32(0)) { $0 << 8 | UInt32($1) }
        return range.lowerBound + number % UInt32(range.count)
    }

    /// Who a process is, as the kernel says; nil when there is none.
    static func of(process: Int32) -> UInt32? {
        guard let status = (try? FileBytes.read("/proc/\(process)/status", limit: 64 << 10)).flatMap({ $0 }) else {
            return nil
        }
        let line = status.split(separator: 0x0A).first { $0.starts(with: Array("Uid:".utf8)) }
        // Real, effective, saved and for files.
        let words = line?.split(separator: 0x09) ?? []
        return words.count > 2 ? UInt32(String(decoding: words[2], as: UTF8.self)) : nil
    }
}
