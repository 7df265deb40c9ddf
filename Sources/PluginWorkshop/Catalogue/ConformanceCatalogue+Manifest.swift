extension ConformanceCatalogue {
    /// What `plugin.yaml` must be.
    static let manifest: [ConformanceCheck] = [
        ConformanceCheck(
            "manifest.present", "plugin.yaml lies beside the library and has at most 1 MiB",
            do: "put the plugin's plugin.yaml into the folder"),
        ConformanceCheck(
            "manifest.private", "nobody but its owner may write the manifest, since it grants units and paths",
            do: "chmod go-w plugin.yaml"),
        ConformanceCheck(
            "manifest.syntax", "the manifest is YAML with known members only",
            do: "mend the line that is named; docs/plugins.md lists the members"),
        ConformanceCheck(
            "manifest.id", "id is a reverse domain name of at most 63 of [a-z0-9.-]",
            do: "choose a name below a domain that is yours, like com.example.product"),
        ConformanceCheck(
            "manifest.name", "name says what the plugin is called",
            do: "give a name"),
        ConformanceCheck(
            "manifest.vendor", "vendor says whose it is",
            do: "give a vendor"),
        ConformanceCheck(
            "manifest.version", "version says which one it is",
            do: "give a version"),
        ConformanceCheck(
            "manifest.abi", "abi names the interface's version: {major, minor}",
            do: "write abi: {major: 1, minor: 0}"),
        ConformanceCheck(
            "manifest.library", "library is the name of a file in the folder",
            do: "name the file without a path: library: plugin.so"),
        ConformanceCheck(
            "manifest.sha256", "sha256, when there, is 64 hexadecimal digits",
            do: "write what sha256sum says, or leave it out"),
        ConformanceCheck(
            "manifest.local", "local is a map of texts",
            do: "give every local value as a text"),
        ConformanceCheck(
            "manifest.units", "units name a unit and why",
            do: "give each {unit, why}"),
        ConformanceCheck(
            "manifest.paths", "paths are absolute, without . and .., each with a reason",
            do: "give each {path, why}; ${name} stands for a local value"),
        ConformanceCheck(
            "manifest.limits", "limits are memory, files and processes within their bounds",
            do: "write sizes like 64MiB; files and processes as numbers"),
        ConformanceCheck(
            "manifest.settings", "settings are a schema of the supported subset of JSON Schema",
            do: "use the keywords that docs/plugins.md lists"),
        ConformanceCheck(
            "manifest.tasks", "tasks have a name of their own and a schema of parameters",
            do: "give each task a name of [a-z0-9.-] once"),
        ConformanceCheck(
            "manifest.events", "events have a type of their own, a severity and a text",
            do: "give each event {type, severity, text}, each type once"),
        ConformanceCheck(
            "manifest.statistics", "statistics have a name of their own, a unit and a kind",
            do: "give each {name, unit, kind}, each name once"),
        ConformanceCheck(
            "manifest.defaults", "the defaults are settings that fit the schema",
            do: "give every required setting a default that fits"),
        ConformanceCheck(
            "manifest.reasons", "units and paths say why they are wanted, for the host's owner",
            do: "write a sentence into each why"),
        ConformanceCheck(
            "manifest.event-texts", "every event has a text for people",
            do: "write a text for the event"),
        ConformanceCheck(
            "manifest.texts", "name, vendor and version are not empty",
            do: "fill them in"),
        ConformanceCheck(
            "manifest.memory", "limits.memory leaves room for the host and the library",
            do: "ask for 8 MiB or more, or leave it out"),
        ConformanceCheck(
            "manifest.offers-tasks", "a plugin whose manifest has tasks offers martlet.tasks/1",
            do: "answer it in get_extension, or take the tasks out of the manifest"),
        ConformanceCheck(
            "manifest.offers-statistics", "a plugin whose manifest has statistics offers martlet.statistics/1",
            do: "answer it in get_extension, or take the statistics out"),
        ConformanceCheck(
            "manifest.offers-settings", "a plugin whose manifest has settings offers martlet.settings/1",
            do: "answer it in get_extension, or take the settings out"),
        ConformanceCheck(
            "manifest.offers-state", "every plugin offers martlet.state/1",
            do: "answer it in get_extension: operators see nothing of the application without it"),
    ]
}
