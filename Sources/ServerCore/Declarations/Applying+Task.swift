import DesiredState
import DeviceProtocol
import Manifests
import ServerStore

extension Applying {
    mutating func apply(_ spec: TaskSpec, of manifest: Manifest) throws -> ApplyResult.Action? {
        guard schema(of: spec.application, in: manifest) != nil, checkParameters(spec, of: manifest) else { return nil }
        guard try checkScope(spec.scope, of: manifest) else { return nil }
        if case .afterTask = spec.schedule { chained.append(manifest) }
        let existing = try existing(.task, manifest.metadata.name)
        let action = try store(
            manifest, in: "tasks", columns: ["application": .text(spec.application)], existing: existing)
        guard action != .unchanged else { return action }
        try touch(spec.scope)
        if case .task(let old)? = try existing?.spec() { try touch(old.scope) }
        return action
    }

    /// Notes a problem for each task that waits for one that is not there, or for itself.
    mutating func checkChains() throws {
        guard !chained.isEmpty else { return }
        let chains = try taskChains()
        for manifest in chained {
            guard let problem = chains.problem(of: manifest.metadata.name) else { continue }
            problems.append(
                manifest.problem(at: "spec.schedule.afterTask.task", expected: problem.expected, got: problem.got))
        }
    }

    func taskChains() throws -> TaskChains {
        var predecessors: [String: String] = [:]
        var names: Set<String> = []
        for row in try transaction.query("SELECT * FROM tasks ORDER BY name") {
            let task = try DeclaredObject(kind: .task, row: row)
            names.insert(task.name)
            if case .task(let spec) = try task.spec(), case .afterTask(let trigger) = spec.schedule {
                predecessors[task.name] = trigger.task
            }
        }
        return TaskChains(predecessors: predecessors, names: names)
    }

    private mutating func checkParameters(_ spec: TaskSpec, of manifest: Manifest) -> Bool {
        guard let schema = catalog.parameters(of: spec.task, in: spec.application) else {
            let known = catalog.tasks(of: spec.application)
            problems.append(
                manifest.problem(
                    at: "spec.task",
                    expected: known.isEmpty
                        ? "nothing: \(spec.application) has no tasks" : "one of \(known.joined(separator: ", "))",
                    got: spec.task + NameSuggestion.hint(for: spec.task, among: known)))
            return false
        }
        let violations = schema.violations(in: spec.parameters)
        problems += violations.map { SettingsProblem.problem($0, below: "spec.parameters", in: manifest) }
        return violations.isEmpty
    }
}
