extension ConformanceCatalogue {
    /// A plugin's life.
    static let life: [ConformanceCheck] = [
        ConformanceCheck(
            "life.create", "create makes a plugin and returns MARTLET_OK",
            do: "set *plugin before it returns"),
        ConformanceCheck(
            "life.init", "init succeeds on a host that offers everything",
            do: "do not need the application to run for init"),
        ConformanceCheck(
            "life.activate", "activate succeeds with the manifest's defaults",
            do: "report an application that is not there as state, not as a failure"),
        ConformanceCheck(
            "life.deactivate", "deactivate succeeds",
            do: "end what is under way and return MARTLET_OK"),
        ConformanceCheck(
            "life.again", "a plugin can be activated again after deactivate",
            do: "let activate begin from anew, and deactivate end all that it began"),
        ConformanceCheck(
            "life.destroy-created", "destroy is legal right after create",
            do: "free only what exists; do not wait for what init or activate begin"),
        ConformanceCheck(
            "life.destroy-initialised", "destroy is legal after init",
            do: "free only what exists"),
        ConformanceCheck(
            "life.destroy-active", "destroy is legal while active",
            do: "end threads and runs in destroy too, before it returns"),
    ]
}
