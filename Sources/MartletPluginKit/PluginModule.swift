public import MartletABI
internal import Synchronization

/// The entry of a plugin library written with the kit. A vendor writes one line:
///
///     @c(martlet_module_v1) public func entry() -> UnsafePointer<martlet_module> { PluginModule.of(MyPlugin.self) }
public enum PluginModule {
    private struct Entry: @unchecked Sendable {
        // Written once under the lock, only read afterwards.
        let module: UnsafePointer<martlet_module>
        let make: @Sendable (Host, [String: String]) throws -> any ErasedPlugin
    }

    private static let entry = Mutex<Entry?>(nil)

    /// The module of the library's one plugin; the same pointer every time.
    public static func of<Plugin: ApplicationPlugin>(_ type: Plugin.Type) -> UnsafePointer<martlet_module> {
        entry.withLock { entry in
            if let entry { return entry.module }
            let made = Entry(module: describe(Plugin.identity)) { host, local in
                TypedPlugin(plugin: try Plugin(host: host, local: local))
            }
            entry = made
            return made.module
        }
    }

    static func make(_ host: Host, _ local: [String: String]) throws -> any ErasedPlugin {
        guard let make = entry.withLock({ $0?.make }) else {
            throw PluginFailure(.internalError, "no plugin was described")
        }
        return try make(host, local)
    }

    private static func describe(_ identity: PluginIdentity) -> UnsafePointer<martlet_module> {
        let operations = StaticMemory.keep(
            martlet_plugin_ops(
                struct_size: UInt32(MemoryLayout<martlet_plugin_ops>.size), reserved: 0, init: pluginInit,
                activate: pluginActivate, deactivate: pluginDeactivate, destroy: pluginDestroy,
                get_extension: pluginExtension))
        let module = martlet_module(
            magic: UInt32(MARTLET_MODULE_MAGIC), struct_size: UInt32(MemoryLayout<martlet_module>.size),
            abi_major: UInt16(MARTLET_ABI_MAJOR), abi_minor: UInt16(MARTLET_ABI_MINOR), min_host_minor: 0, reserved: 0,
            id: StaticMemory.keep(identity.id), name: StaticMemory.keep(identity.name),
            version: StaticMemory.keep(identity.version),
            ops: operations.assumingMemoryBound(to: martlet_plugin_ops.self), create: pluginCreate)
        return StaticMemory.keep(module).assumingMemoryBound(to: martlet_module.self)
    }
}

nonisolated func pluginCreate(
    _ host: UnsafePointer<martlet_host>?, _ info: UnsafePointer<martlet_create_info>?,
    _ plugin: UnsafeMutablePointer<OpaquePointer?>?, _ error: UnsafeMutablePointer<martlet_error>?
) -> martlet_status {
    guard let host, let plugin else { return Int32(MARTLET_INVALID_ARGUMENT) }
    do {
        let bytes = CString.bytes(info?.pointee.local)
        let local = bytes.isEmpty ? [:] : try Documents.decode([String: String].self, bytes)
        let ours = Host(host)
        let instance = PluginInstance(try PluginModule.make(ours, local), host: ours)
        plugin.pointee = OpaquePointer(Unmanaged.passRetained(instance).toOpaque())
        return Int32(MARTLET_OK)
    } catch let failure {
        return ErrorRecord.fill(error, PluginFailure(failure))
    }
}
