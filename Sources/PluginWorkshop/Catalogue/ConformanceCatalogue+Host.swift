extension ConformanceCatalogue {
    /// How the host is used.
    static let host: [ConformanceCheck] = [
        ConformanceCheck(
            "host.before-init", "nothing but get_extension is called before init",
            do: "move it to init"),
        ConformanceCheck(
            "host.only-active", "runs and states are told only while active",
            do: "end runs in deactivate, before it returns"),
        ConformanceCheck(
            "host.after-destroy", "nothing of the host is used after destroy",
            do: "end and join every thread before destroy returns"),
        ConformanceCheck(
            "host.arguments", "the host is given no NULL, and no length without data",
            do: "pass an empty martlet_string or martlet_bytes instead"),
        ConformanceCheck(
            "host.deadline", "deadlines are CLOCK_MONOTONIC in nanoseconds",
            do: "add to clock_gettime(CLOCK_MONOTONIC), not to the wall clock"),
        ConformanceCheck(
            "host.refusals", "a host that refuses what it is asked does no harm",
            do: "look at every status; try again later"),
        ConformanceCheck(
            "host.bare", "a host that offers no extension does no harm",
            do: "look for NULL after get_extension; let init fail with a message"),
        ConformanceCheck(
            "log.level", "levels are 1 to 4",
            do: "use the constants of log.h"),
        ConformanceCheck(
            "log.text", "lines are UTF-8",
            do: "replace what is not"),
        ConformanceCheck(
            "log.size", "lines have at most 4 KiB; more is cut",
            do: "log less, or several lines"),
        ConformanceCheck(
            "service.action", "actions on units are 1 to 4",
            do: "use the constants of service.h"),
        ConformanceCheck(
            "service.declared", "a unit that is acted on is in the manifest",
            do: "add it to units, with the reason"),
        ConformanceCheck(
            "file.absolute", "paths are absolute",
            do: "build the path from a local value"),
        ConformanceCheck(
            "file.mode", "modes are permissions only, at most 0777",
            do: "leave out the file's type and set-user bits"),
        ConformanceCheck(
            "file.size", "a file has at most 1 MiB",
            do: "write less"),
        ConformanceCheck(
            "file.declared", "a path that is written is in the manifest",
            do: "add it to paths, with the reason"),
        ConformanceCheck(
            "storage.key", "keys are 1 to 64 of [a-z0-9.-], not beginning with a dot",
            do: "choose such keys"),
        ConformanceCheck(
            "storage.value", "values have at most 65,536 bytes",
            do: "store less, or several keys"),
        ConformanceCheck(
            "secret.name", "names of secrets have 1 to 255 bytes",
            do: "take the name from settings, and ask only when it is set"),
        ConformanceCheck(
            "artifact.name", "names of artifacts are 1 to 64 of [a-z0-9.-]",
            do: "choose such names"),
        ConformanceCheck(
            "artifact.run", "artifacts belong to a run that is under way",
            do: "finish the artifact before the run"),
        ConformanceCheck(
            "artifact.size", "a piece has at most 1 MiB",
            do: "add it in several pieces"),
    ]
}
