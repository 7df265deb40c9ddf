extension ConformanceCatalogue {
    /// What is answered in documents.
    static let documents: [ConformanceCheck] = [
        ConformanceCheck(
            "state.given", "the state can be read while active",
            do: "report what is not there as stopped or notInstalled"),
        ConformanceCheck(
            "state.json", "the state is JSON",
            do: "escape texts; numbers have no NaN"),
        ConformanceCheck(
            "state.shape", "the state is {\"instances\": […]}, at most 256, each named once",
            do: "see martlet/ext/state.h"),
        ConformanceCheck(
            "state.words", "a state is running, stopped, degraded, failed or notInstalled",
            do: "use these words"),
        ConformanceCheck(
            "statistics.given", "statistics can be read while active",
            do: "give an empty list when there are none"),
        ConformanceCheck(
            "statistics.json", "statistics are JSON",
            do: "escape texts; leave out what is no number"),
        ConformanceCheck(
            "statistics.shape", "statistics are {\"instances\": […]} with at most 1,000 series",
            do: "see martlet/ext/statistics.h"),
        ConformanceCheck(
            "statistics.declared", "every series is in the manifest, has a number, and a counter its start",
            do: "add it to the manifest, or leave it out"),
        ConformanceCheck(
            "settings.validate", "validate takes the manifest's defaults",
            do: "accept defaults, or choose others"),
        ConformanceCheck(
            "settings.validate-pure", "validate changes nothing",
            do: "move changes to apply"),
        ConformanceCheck(
            "settings.apply", "apply takes the manifest's defaults",
            do: "an application that must be there first: say so with --settings or on a machine that has it"),
        ConformanceCheck(
            "settings.apply-again", "the same settings can be applied again",
            do: "make apply idempotent"),
        ConformanceCheck(
            "settings.read", "settings in force can be read after apply",
            do: "keep what was applied, or read it from the application"),
        ConformanceCheck(
            "settings.json", "settings that are read are JSON",
            do: "escape texts"),
        ConformanceCheck(
            "settings.object", "settings that are read are an object",
            do: "give the object that apply took"),
        ConformanceCheck(
            "settings.read-back", "what was applied is what is read",
            do: "give every member as it is in force; what differs is drift"),
    ]
}
