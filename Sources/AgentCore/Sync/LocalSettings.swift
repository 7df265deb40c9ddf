import AgentPlugins
import DesiredState
import PluginPackage

/// The local user's own changes: checked against the plugin's schema and the locks above, kept, and merged last.
struct LocalSettings: Sendable {
    static let questions = ["settings.show", "settings.set", "settings.unset"]

    let store: AgentStore
    let plugins: PluginManager
    let applier: DesiredStateApplier

    func answer(_ question: StatusQuestion) async -> JSONValue {
        do {
            switch question.ask {
            case "settings.show": return try await show(question.application)
            case "settings.set": return try await set(question)
            default: return try await unset(question)
            }
        } catch {
            return ["error": .string("\(error)")]
        }
    }

    private func set(_ question: StatusQuestion) async throws -> JSONValue {
        let (path, schema) = try await place(question)
        guard let value = question.value else { throw AgentError("a value is missing") }
        let change = JSONValue(value, at: path)
        if let violation = schema.violations(in: change, partial: true, limit: 1).first {
            throw AgentError("\(violation)")
        }
        if let refused = try await applier.merged(question.application, local: change).refused
            .first(where: { $0.source == .local })
        {
            let holder = refused.lock?.holder ?? "the administrator"
            throw AgentError("\(refused.path) of \(question.application) is locked by \(holder)")
        }
        try await store.wantLocally(value, at: path, of: question.application, now: WallClock.now())
        return try await applied(question.application)
    }

    private func unset(_ question: StatusQuestion) async throws -> JSONValue {
        let (path, _) = try await place(question)
        try await store.unsetLocally(path, of: question.application)
        return try await applied(question.application)
    }

    private func place(_ question: StatusQuestion) async throws -> (SettingsPath, SettingsSchema) {
        guard question.mayChange else {
            throw AgentError("settings are changed by root or by the user that the agent runs as; ask one of them")
        }
        let schema = try await schema(of: question.application)
        guard let path = SettingsPath(pointer: question.path) else {
            throw AgentError("expected a JSON pointer, like /maxFileSizeMiB, got \(question.path)")
        }
        if let violation = schema.violation(of: path) { throw AgentError("\(violation)") }
        return (path, schema)
    }

    private func schema(of application: String) async throws -> SettingsSchema {
        let manifests = await plugins.manifests()
        guard let manifest = manifests.first(where: { $0.id == application }) else {
            let known = manifests.map(\.id).sorted()
            let hint = NameSuggestion.hint(for: application, among: known)
            throw AgentError("expected one of \(known.joined(separator: ", ")), got \(application)\(hint)")
        }
        return manifest.settings
    }

    /// Brings it about, and says so with what the application answered.
    private func applied(_ application: String) async throws -> JSONValue {
        await applier.localChange(of: application)
        let report = await plugins.applications().first { $0.plugin == application }
        if let problem = report?.settingsProblem {
            throw AgentError("kept, but \(application) does not take its settings: \(problem.description)")
        }
        return try await show(application)
    }

    private func show(_ application: String) async throws -> JSONValue {
        let schema = try await schema(of: application)
        let merged = try await applier.merged(application)
        let local = try await store.localSettings()[application] ?? .object([:])
        let settings = schema.fillingDefaults(merged.value).leaves.map { leaf -> JSONValue in
            var row: [String: JSONValue] = ["path": .string("\(leaf.path)"), "value": leaf.value]
            row["lockedBy"] = merged.lock(on: leaf.path, against: SettingsLayer.localLevel).map { .string($0.holder) }
            row["local"] = local[leaf.path]
            return .object(row)
        }
        return ["application": .string(application), "settings": .array(settings)]
    }
}
