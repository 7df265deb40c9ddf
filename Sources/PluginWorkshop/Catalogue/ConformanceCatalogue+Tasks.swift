extension ConformanceCatalogue {
    /// Tasks and their runs.
    static let tasks: [ConformanceCheck] = [
        ConformanceCheck(
            "tasks.declared", "every task of the manifest is known to start",
            do: "start it, or take it out of the manifest"),
        ConformanceCheck(
            "tasks.unknown", "a task that is not known is refused, or finishes",
            do: "return MARTLET_NOT_FOUND"),
        ConformanceCheck(
            "tasks.refused-is-silent", "a run that start refused is never finished",
            do: "call finished only for runs that you promised"),
        ConformanceCheck(
            "tasks.finishes", "a run that was started is finished",
            do: "call finished on every path"),
        ConformanceCheck(
            "tasks.finished-once", "a run is finished once",
            do: "let one place end a run"),
        ConformanceCheck(
            "tasks.known-run", "news are about runs that were started",
            do: "keep the run's 16 bytes as they came"),
        ConformanceCheck(
            "tasks.silent-after-end", "after finished nothing more is said of a run",
            do: "call finished last"),
        ConformanceCheck(
            "tasks.progress-range", "progress is 0 to 100",
            do: "clamp it"),
        ConformanceCheck(
            "tasks.progress-text", "texts of progress are UTF-8",
            do: "cut texts between characters"),
        ConformanceCheck(
            "tasks.end-status", "a run ends with a status of 0 to 16",
            do: "use the constants of base.h"),
        ConformanceCheck(
            "tasks.end-text", "the text of an end is UTF-8",
            do: "cut texts between characters"),
        ConformanceCheck(
            "tasks.end-says-why", "a run that fails says why",
            do: "give finished a message"),
        ConformanceCheck(
            "tasks.result-size", "a result has at most 1 MiB",
            do: "make it an artifact"),
        ConformanceCheck(
            "tasks.result-json", "a result is JSON or empty",
            do: "escape texts, or give none"),
        ConformanceCheck(
            "tasks.cancel-ends", "a run that was cancelled ends within 10 s",
            do: "look at the flag in loops and between waits"),
        ConformanceCheck(
            "tasks.cancel-unknown", "a run that is not known can be cancelled without harm",
            do: "do nothing then"),
        ConformanceCheck(
            "tasks.end-by-deactivate", "every run has ended when deactivate returns",
            do: "cancel them and wait for their threads"),
    ]
}
