extension ConformanceCatalogue {
    /// What is lent for a call stays the lender's.
    static let lent: [ConformanceCheck] = [
        ConformanceCheck(
            "lent.call", "the martlet_call is not used after its call",
            do: "copy the deadline; ask is_cancelled only during the call"),
        ConformanceCheck(
            "lent.error", "the error record is not used after its call",
            do: "copy what a thread needs"),
        ConformanceCheck(
            "lent.sink", "the sink is not used after its call",
            do: "write all of the document before you return"),
        ConformanceCheck(
            "lent.info", "martlet_create_info is not used after create",
            do: "copy the id and the local values"),
        ConformanceCheck(
            "lent.settings", "settings are not used after their call",
            do: "copy the document"),
        ConformanceCheck(
            "lent.run", "the run's id is not used after start or cancel",
            do: "copy its 16 bytes"),
        ConformanceCheck(
            "lent.task", "the task's name is not used after start",
            do: "copy the name"),
        ConformanceCheck(
            "lent.parameters", "parameters are not used after start",
            do: "copy the document"),
        ConformanceCheck(
            "lent.id", "an extension's id is not used after get_extension",
            do: "compare it, do not keep it"),
        ConformanceCheck(
            "lent.instance", "the instance's name is not used after its call",
            do: "copy the name"),
        ConformanceCheck(
            "lent.bounds", "nothing past the end of a text or document is read: there is no terminating zero",
            do: "use the length: memcmp, strndup and %.*s, not strcmp, strdup and %s"),
        ConformanceCheck(
            "lent.read-only", "what is lent is not written to",
            do: "copy before you change it"),
    ]
}
