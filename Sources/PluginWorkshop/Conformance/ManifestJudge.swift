internal import DesiredState
internal import DurableFiles
internal import Glibc
internal import PluginPackage

/// The rules about `plugin.yaml`.
enum ManifestJudge {
    static let sizeLimit = 1 << 20

    /// Parts of a manifest in the order in which they are read; the first that is wrong ends the reading.
    private static let parts = [
        "id", "name", "vendor", "version", "abi", "library", "sha256", "local", "units", "paths", "limits", "settings",
        "tasks", "events", "statistics",
    ]

    /// Nil when there is none that can be used.
    static func manifest(in folder: String, _ findings: inout ConformanceFindings) -> PluginManifest? {
        let file = "\(folder)/plugin.yaml"
        let bytes = (try? FileBytes.read(file, limit: sizeLimit)) ?? nil
        findings.note("manifest.present", bytes != nil, "\(file) cannot be read, or is larger than 1 MiB")
        guard let bytes else { return nil }
        findings.note("manifest.private", isPrivate(file), "\(file) may be written by group or others")
        do throws(YAMLError) {
            let manifest = try PluginManifest(yaml: bytes, file: file)
            for part in ["syntax"] + parts { findings.note("manifest.\(part)", true, "") }
            judge(manifest, file, &findings)
            return manifest
        } catch {
            blame(error, &findings)
            return nil
        }
    }

    static func isPrivate(_ path: String) -> Bool {
        var status = stat()
        return stat(path, &status) == 0 && status.st_mode & (S_IWGRP | S_IWOTH) == 0
    }

    private static func blame(_ error: YAMLError, _ findings: inout ConformanceFindings) {
        let part = error.path.split(separator: "/").first.map(String.init).flatMap { parts.contains($0) ? $0 : nil }
        findings.note("manifest.\(part ?? "syntax")", false, "\(error)")
        guard let part else { return }
        findings.note("manifest.syntax", true, "")
        for earlier in parts.prefix(while: { $0 != part }) { findings.note("manifest.\(earlier)", true, "") }
    }

    private static func judge(_ manifest: PluginManifest, _ file: String, _ findings: inout ConformanceFindings) {
        let violations = manifest.settings.violations(in: manifest.defaultSettings)
        findings.note(
            "manifest.defaults", violations.isEmpty,
            "without any policy the settings would be wrong: \(violations.first.map { "\($0)" } ?? "")")
        let reasons = manifest.units.map(\.reason) + manifest.paths.map(\.reason)
        if !reasons.isEmpty {
            findings.note(
                "manifest.reasons", !reasons.contains { $0.allSatisfy(\.isWhitespace) },
                "a `why` of units or paths is empty")
        }
        if !manifest.events.isEmpty {
            let mute = manifest.events.first { $0.text.allSatisfy(\.isWhitespace) }
            findings.note("manifest.event-texts", mute == nil, "event \(mute?.type ?? "") has no text")
        }
        let texts = [manifest.name, manifest.vendor, manifest.version]
        findings.note("manifest.texts", !texts.contains(""), "name, vendor or version is empty")
        if let memory = manifest.limits.memory {
            findings.note(
                "manifest.memory", memory >= 8 << 20,
                "limits.memory is \(memory) bytes; a host with a library needs 8 MiB to start")
        }
    }
}
