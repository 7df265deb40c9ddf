/// A plugin whose settings are documents: what the C functions see of a vendor's type.
protocol ErasedPlugin: Sendable {
    var tasks: [PluginTask] { get }
    func prepare() async throws
    func activate(_ settings: [UInt8]) async throws
    func deactivate() async
    func validate(_ settings: [UInt8]) throws
    func apply(_ settings: [UInt8]) async throws
    func settingsInForce() async throws -> [UInt8]
    func state() async throws -> [UInt8]
    func control(_ action: ControlAction, instance: String) async throws
    func statistics() async throws -> [UInt8]
}

struct TypedPlugin<Plugin: ApplicationPlugin>: ErasedPlugin {
    private struct Instances<Entry: Encodable>: Encodable { let instances: [Entry] }

    let plugin: Plugin

    var tasks: [PluginTask] { plugin.tasks }
    func prepare() async throws { try await plugin.prepare() }
    func activate(_ settings: [UInt8]) async throws { try await plugin.activate(try decode(settings)) }
    func deactivate() async { await plugin.deactivate() }
    func validate(_ settings: [UInt8]) throws { try plugin.validate(try decode(settings)) }
    func apply(_ settings: [UInt8]) async throws { try await plugin.apply(try decode(settings)) }
    func settingsInForce() async throws -> [UInt8] { Array(try Documents.encode(try await plugin.settingsInForce())) }
    func state() async throws -> [UInt8] {
        Array(try Documents.encode(Instances(instances: try await plugin.state())))
    }
    func control(_ action: ControlAction, instance: String) async throws {
        try await plugin.control(action, instance: instance)
    }
    func statistics() async throws -> [UInt8] {
        Array(try Documents.encode(Instances(instances: try await plugin.statistics())))
    }

    private func decode(_ settings: [UInt8]) throws -> Plugin.Settings {
        try Documents.decode(Plugin.Settings.self, settings)
    }
}
