internal import DesiredState
internal import DurableFiles
internal import PluginPackage

/// Holds one plugin against every rule of the interface. Its library is loaded by the probe, a process of its own for each
/// scenario, never by this one.
package enum ConformanceKit {
    package static let scenarios = ["load", "life", "created", "initialised", "active", "cancelled", "refused", "bare"]

    /// `progress` is told each scenario before it begins. Throws when the probe cannot be started; what is wrong with the
    /// plugin is a finding.
    package static func check(
        _ request: ConformanceRequest, progress: (String) -> Void = { _ in }
    ) throws -> [ConformanceResult] {
        try findings(request, progress: progress).results
    }

    static func findings(_ request: ConformanceRequest, progress: (String) -> Void) throws -> ConformanceFindings {
        var findings = ConformanceFindings()
        progress("manifest")
        guard let manifest = ManifestJudge.manifest(in: request.folder, &findings) else { return findings }
        let library = "\(request.folder)/\(manifest.library)"
        progress("library")
        guard LibraryJudge.judge(library, manifest: manifest, allowed: request.libraries, &findings) else {
            return findings
        }
        let settings = request.settings ?? manifest.defaultSettings
        let tasks = try chosen(request, manifest)
        for scenario in request.scenarios {
            progress(scenario)
            let run = ProbeRun(
                executable: request.probe, library: library, scenario: scenario, manifest: manifest, settings: settings,
                tasks: tasks, haste: request.haste)
            let record = try run.record()
            ProbeJudge(record: record, manifest: manifest, settings: settings).judge(&findings)
            if case .done = record.end { continue }
            if scenario == "load" { break }
        }
        return findings
    }

    /// Throws when a task is not the manifest's or its parameters do not fit.
    private static func chosen(
        _ request: ConformanceRequest, _ manifest: PluginManifest
    ) throws -> [(name: String, parameters: JSONValue)] {
        guard let asked = request.tasks else {
            return manifest.tasks.filter(\.isIdempotent).compactMap { task in
                let parameters = task.parameters.fillingDefaults(.object([:]))
                return task.parameters.violations(in: parameters).isEmpty ? (task.name, parameters) : nil
            }
        }
        return try asked.map { name, parameters in
            guard let task = manifest.task(name) else {
                let names = manifest.tasks.map(\.name).joined(separator: ", ")
                throw WorkshopError("--task \(name): expected a task of the manifest (\(names))")
            }
            let parameters = task.parameters.fillingDefaults(parameters)
            if let violation = task.parameters.violations(in: parameters).first {
                throw WorkshopError("--task \(name): \(violation)")
            }
            return (name, parameters)
        }
    }
}
