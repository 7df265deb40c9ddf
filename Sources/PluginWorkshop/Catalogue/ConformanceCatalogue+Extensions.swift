extension ConformanceCatalogue {
    /// What the plugin offers.
    static let extensions: [ConformanceCheck] = [
        ConformanceCheck(
            "extensions.stable", "an extension's pointer lives as long as the plugin",
            do: "return pointers to static structures"),
        ConformanceCheck(
            "extensions.thread-safe", "get_extension gives the same on every thread",
            do: "look at nothing that changes"),
        ConformanceCheck(
            "extensions.unknown", "an id that is not known gives NULL",
            do: "return NULL at the end"),
        ConformanceCheck(
            "extensions.empty-id", "an empty id gives NULL",
            do: "compare lengths before bytes"),
        ConformanceCheck(
            "extensions.revision", "another revision of an extension gives NULL",
            do: "compare the whole id, with what follows the slash"),
        ConformanceCheck(
            "extensions.whole-id", "a longer id gives NULL",
            do: "compare lengths before bytes"),
        ConformanceCheck(
            "extensions.state", "martlet.state/1 is whole",
            do: "set struct_size and read"),
        ConformanceCheck(
            "extensions.control", "martlet.control/1 is whole",
            do: "set struct_size and perform"),
        ConformanceCheck(
            "extensions.settings", "martlet.settings/1 is whole",
            do: "set struct_size, validate, apply and read"),
        ConformanceCheck(
            "extensions.tasks", "martlet.tasks/1 is whole",
            do: "set struct_size, start and cancel"),
        ConformanceCheck(
            "extensions.statistics", "martlet.statistics/1 is whole",
            do: "set struct_size and read"),
        ConformanceCheck(
            "control.unknown-action", "an action of a later version is MARTLET_UNIMPLEMENTED",
            do: "return it for all that you do not know"),
    ]
}
