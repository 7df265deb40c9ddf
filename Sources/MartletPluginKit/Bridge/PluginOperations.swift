internal import MartletABI

// The C functions of a plugin. Top-level and nonisolated: a closure literal could be inferred to belong to an actor and trap.

private nonisolated func instance(_ plugin: OpaquePointer?) -> PluginInstance? {
    plugin.map { Unmanaged<PluginInstance>.fromOpaque(UnsafeRawPointer($0)).takeUnretainedValue() }
}

/// Runs the body for the plugin, waits, and answers with its failure.
private nonisolated func perform(
    _ plugin: OpaquePointer?, _ call: UnsafePointer<martlet_call>?, _ error: UnsafeMutablePointer<martlet_error>?,
    _ body: @escaping @Sendable (PluginInstance) async throws -> Void
) -> martlet_status {
    guard let instance = instance(plugin) else { return Int32(MARTLET_INVALID_ARGUMENT) }
    switch BlockingCall.run(call, { try await body(instance) }) {
    case .success: return Int32(MARTLET_OK)
    case .failure(let failure): return ErrorRecord.fill(error, failure)
    }
}

/// The same for a body that gives a document.
private nonisolated func produce(
    _ plugin: OpaquePointer?, _ call: UnsafePointer<martlet_call>?, _ sink: UnsafePointer<martlet_sink>?,
    _ error: UnsafeMutablePointer<martlet_error>?,
    _ body: @escaping @Sendable (any ErasedPlugin) async throws -> [UInt8]
) -> martlet_status {
    guard let instance = instance(plugin) else { return Int32(MARTLET_INVALID_ARGUMENT) }
    switch BlockingCall.run(call, { try await body(instance.plugin) }) {
    case .success(let document):
        return document.withUnsafeBufferPointer { buffer in
            withUnsafePointer(to: martlet_bytes(data: buffer.baseAddress, length: buffer.count)) {
                sink?.pointee.write?(sink, $0) ?? Int32(MARTLET_INVALID_ARGUMENT)
            }
        }
    case .failure(let failure): return ErrorRecord.fill(error, failure)
    }
}

nonisolated func pluginInit(
    _ plugin: OpaquePointer?, _ call: UnsafePointer<martlet_call>?, _ error: UnsafeMutablePointer<martlet_error>?
) -> martlet_status {
    perform(plugin, call, error) { try await $0.plugin.prepare() }
}

nonisolated func pluginActivate(
    _ plugin: OpaquePointer?, _ call: UnsafePointer<martlet_call>?, _ settings: UnsafePointer<martlet_bytes>?,
    _ error: UnsafeMutablePointer<martlet_error>?
) -> martlet_status {
    let document = CString.bytes(settings?.pointee)
    return perform(plugin, call, error) { try await $0.plugin.activate(document) }
}

nonisolated func pluginDeactivate(
    _ plugin: OpaquePointer?, _ call: UnsafePointer<martlet_call>?, _ error: UnsafeMutablePointer<martlet_error>?
) -> martlet_status {
    perform(plugin, call, error) { await $0.deactivate() }
}

nonisolated func pluginDestroy(_ plugin: OpaquePointer?) {
    guard let plugin else { return }
    let unmanaged = Unmanaged<PluginInstance>.fromOpaque(UnsafeRawPointer(plugin))
    unmanaged.takeUnretainedValue().host.close()
    unmanaged.release()
}

nonisolated func pluginReadState(
    _ plugin: OpaquePointer?, _ call: UnsafePointer<martlet_call>?, _ sink: UnsafePointer<martlet_sink>?,
    _ error: UnsafeMutablePointer<martlet_error>?
) -> martlet_status {
    produce(plugin, call, sink, error) { try await $0.state() }
}

nonisolated func pluginControl(
    _ plugin: OpaquePointer?, _ call: UnsafePointer<martlet_call>?, _ action: Int32,
    _ instanceName: UnsafePointer<martlet_string>?, _ error: UnsafeMutablePointer<martlet_error>?
) -> martlet_status {
    guard let action = ControlAction(action) else {
        return ErrorRecord.fill(error, PluginFailure(.unimplemented, "an action this plugin does not know"))
    }
    let name = CString.text(instanceName?.pointee)
    return perform(plugin, call, error) { try await $0.plugin.control(action, instance: name) }
}

nonisolated func pluginValidate(
    _ plugin: OpaquePointer?, _ call: UnsafePointer<martlet_call>?, _ settings: UnsafePointer<martlet_bytes>?,
    _ error: UnsafeMutablePointer<martlet_error>?
) -> martlet_status {
    let document = CString.bytes(settings?.pointee)
    return perform(plugin, call, error) { try $0.plugin.validate(document) }
}

nonisolated func pluginApply(
    _ plugin: OpaquePointer?, _ call: UnsafePointer<martlet_call>?, _ settings: UnsafePointer<martlet_bytes>?,
    _ error: UnsafeMutablePointer<martlet_error>?
) -> martlet_status {
    let document = CString.bytes(settings?.pointee)
    return perform(plugin, call, error) { try await $0.plugin.apply(document) }
}

nonisolated func pluginReadSettings(
    _ plugin: OpaquePointer?, _ call: UnsafePointer<martlet_call>?, _ sink: UnsafePointer<martlet_sink>?,
    _ error: UnsafeMutablePointer<martlet_error>?
) -> martlet_status {
    produce(plugin, call, sink, error) { try await $0.settingsInForce() }
}

nonisolated func pluginStartTask(
    _ plugin: OpaquePointer?, _ call: UnsafePointer<martlet_call>?, _ run: UnsafePointer<UInt8>?,
    _ task: UnsafePointer<martlet_string>?, _ parameters: UnsafePointer<martlet_bytes>?,
    _ record: UnsafeMutablePointer<martlet_error>?
) -> martlet_status {
    guard let instance = instance(plugin), let run else { return Int32(MARTLET_INVALID_ARGUMENT) }
    let id = Array(UnsafeBufferPointer(start: run, count: Int(MARTLET_ID_SIZE)))
    do throws(PluginFailure) {
        try instance.startRun(id, task: CString.text(task?.pointee), parameters: CString.bytes(parameters?.pointee))
        return Int32(MARTLET_OK)
    } catch {
        return ErrorRecord.fill(record, error)
    }
}

nonisolated func pluginCancelTask(_ plugin: OpaquePointer?, _ run: UnsafePointer<UInt8>?) {
    guard let instance = instance(plugin), let run else { return }
    instance.cancelRun(Array(UnsafeBufferPointer(start: run, count: Int(MARTLET_ID_SIZE))))
}

nonisolated func pluginReadStatistics(
    _ plugin: OpaquePointer?, _ call: UnsafePointer<martlet_call>?, _ sink: UnsafePointer<martlet_sink>?,
    _ error: UnsafeMutablePointer<martlet_error>?
) -> martlet_status {
    produce(plugin, call, sink, error) { try await $0.statistics() }
}
