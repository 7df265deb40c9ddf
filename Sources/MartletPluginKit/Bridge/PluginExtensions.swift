internal import MartletABI

/// The extensions that every plugin written with the kit offers: memory that lives as long as the process.
enum PluginExtensions {
    private static func size<Extension>(_ type: Extension.Type) -> UInt32 { UInt32(MemoryLayout<Extension>.size) }

    private struct Table: @unchecked Sendable {
        // Written once below, only read afterwards.
        let byID: [String: UnsafeRawPointer]
    }

    private static let table = Table(byID: [
        MARTLET_EXT_STATE: StaticMemory.keep(
            martlet_plugin_state(struct_size: size(martlet_plugin_state.self), reserved: 0, read: pluginReadState)),
        MARTLET_EXT_CONTROL: StaticMemory.keep(
            martlet_plugin_control(struct_size: size(martlet_plugin_control.self), reserved: 0, perform: pluginControl)),
        MARTLET_EXT_SETTINGS: StaticMemory.keep(
            martlet_plugin_settings(
                struct_size: size(martlet_plugin_settings.self), reserved: 0, validate: pluginValidate,
                apply: pluginApply, read: pluginReadSettings)),
        MARTLET_EXT_TASKS: StaticMemory.keep(
            martlet_plugin_tasks(
                struct_size: size(martlet_plugin_tasks.self), reserved: 0, start: pluginStartTask,
                cancel: pluginCancelTask)),
        MARTLET_EXT_STATISTICS: StaticMemory.keep(
            martlet_plugin_statistics(
                struct_size: size(martlet_plugin_statistics.self), reserved: 0, read: pluginReadStatistics)),
    ])

    static func find(_ id: String) -> UnsafeRawPointer? { table.byID[id] }
}

nonisolated func pluginExtension(_ plugin: OpaquePointer?, _ id: UnsafePointer<martlet_string>?) -> UnsafeRawPointer? {
    PluginExtensions.find(CString.text(id?.pointee))
}
