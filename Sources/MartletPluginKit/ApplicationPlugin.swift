/// A plugin for one application, as its vendor writes it.
///
/// The kit calls everything here but `validate` from a call of the agent with a deadline, one call at a time; tasks run
/// beside. A call whose deadline passes is cancelled, and a plugin that does not return is ended and started again: after
/// that the calls come in the order `init`, `prepare`, `activate`, `apply`.
public protocol ApplicationPlugin: Sendable {
    /// Mirrors the settings schema of the manifest; always complete, since defaults are filled in before.
    associatedtype Settings: Codable & Sendable

    static var identity: PluginIdentity { get }

    /// `local` are the values of this device from the installed manifest. No call to the host yet.
    init(host: Host, local: [String: String]) throws

    /// Once, before anything else. Changes nothing of the application.
    func prepare() async throws

    /// Begin to work under the settings last applied. Changes nothing of the application.
    func activate(_ settings: Settings) async throws

    /// Could these be applied here? Pure and fast: the agent waits two seconds.
    func validate(_ settings: Settings) throws

    /// Put the settings in force, all or nothing.
    func apply(_ settings: Settings) async throws

    /// The settings in force, as the application has them where it can be asked.
    func settingsInForce() async throws -> Settings

    /// What the application is doing now: one entry per instance.
    func state() async throws -> [InstanceState]

    /// Returns when the application is in the state asked for. An empty instance means all.
    func control(_ action: ControlAction, instance: String) async throws

    /// Figures of the application's work.
    func statistics() async throws -> [InstanceStatistics]

    /// The tasks the manifest names.
    var tasks: [PluginTask] { get }

    /// Cease to work: stop what `activate` began. Tasks were cancelled and have ended. The application keeps running.
    func deactivate() async
}

extension ApplicationPlugin {
    public func prepare() async throws {}
    public func validate(_ settings: Settings) throws {}
    public func control(_ action: ControlAction, instance: String) async throws {
        throw PluginFailure(.unimplemented, "this application cannot be controlled")
    }
    public func statistics() async throws -> [InstanceStatistics] { [] }
    public var tasks: [PluginTask] { [] }
    public func deactivate() async {}
}
