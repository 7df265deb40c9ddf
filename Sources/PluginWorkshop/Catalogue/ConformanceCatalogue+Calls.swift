extension ConformanceCatalogue {
    /// How calls are answered.
    static let calls: [ConformanceCheck] = [
        ConformanceCheck(
            "calls.status", "a status is one of 0 to 16",
            do: "return the constants of base.h"),
        ConformanceCheck(
            "calls.cancelled", "a call that is asked to stop returns within 2 s",
            do: "look at call->is_cancelled in loops and between waits"),
        ConformanceCheck(
            "deadline.load", "the library loads within 30 s",
            do: "do not work in constructors"),
        ConformanceCheck(
            "deadline.create", "create returns within 10 s",
            do: "move slow work to a thread of activate"),
        ConformanceCheck(
            "deadline.init", "init returns within 10 s",
            do: "move slow work to a thread of activate"),
        ConformanceCheck(
            "deadline.get-extension", "get_extension answers at once",
            do: "return pointers to static structures"),
        ConformanceCheck(
            "deadline.activate", "activate returns within 10 s",
            do: "start a thread for what takes longer"),
        ConformanceCheck(
            "deadline.deactivate", "deactivate returns within 5 s",
            do: "wake sleeping threads with a condition, not by waiting out their pause"),
        ConformanceCheck(
            "deadline.destroy", "destroy returns within 5 s",
            do: "wake sleeping threads with a condition"),
        ConformanceCheck(
            "deadline.read-state", "reading the state takes less than 10 s",
            do: "give what you last saw; ask the application with a time limit"),
        ConformanceCheck(
            "deadline.read-statistics", "reading statistics takes less than 10 s",
            do: "give what you last saw; ask the application with a time limit"),
        ConformanceCheck(
            "deadline.read-settings", "reading settings takes less than 10 s",
            do: "ask the application with a time limit"),
        ConformanceCheck(
            "deadline.validate", "validate returns within 2 s",
            do: "look at the values only: it is pure and waits for nothing"),
        ConformanceCheck(
            "deadline.apply", "apply returns within 10 s",
            do: "do what takes longer in a task"),
        ConformanceCheck(
            "deadline.control", "control returns within 10 s",
            do: "give up and say so, with the retryable flag"),
        ConformanceCheck(
            "deadline.start-task", "start returns at once (1 s)",
            do: "work on a thread of your own"),
        ConformanceCheck(
            "deadline.cancel-task", "cancel returns at once (1 s)",
            do: "set a flag and return; the run ends on its own thread"),
        ConformanceCheck(
            "deadline.run", "a run that was started ends, within 60 s here",
            do: "call finished on every path"),
        ConformanceCheck(
            "errors.capacity", "lengths in an error record are at most its capacities",
            do: "cut pointer and message to MARTLET_ERROR_*_CAPACITY"),
        ConformanceCheck(
            "errors.struct-size", "struct_size of an error record is left as it is",
            do: "write only code, flags, pointer and message"),
        ConformanceCheck(
            "errors.code", "the code in the record is the status that is returned",
            do: "set error->code to what you return"),
        ConformanceCheck(
            "errors.text", "messages are UTF-8",
            do: "cut texts between characters"),
        ConformanceCheck(
            "errors.message", "a failure has a message",
            do: "say in one sentence what is wrong and what helps"),
        ConformanceCheck(
            "errors.pointer", "the JSON pointer is empty or begins with /",
            do: "write /member, or nothing when no part of the document is wrong"),
        ConformanceCheck(
            "errors.flags", "only defined flags are set",
            do: "set MARTLET_ERROR_RETRYABLE or nothing"),
        ConformanceCheck(
            "errors.null", "the error record may be NULL",
            do: "look at it before you fill it in"),
        ConformanceCheck(
            "sink.thread", "a sink is used on the thread of its call",
            do: "gather the document there, and write it there"),
        ConformanceCheck(
            "sink.arguments", "a sink is given bytes with data, or none",
            do: "pass a martlet_bytes; data may be NULL only when length is 0"),
        ConformanceCheck(
            "sink.size", "a document has at most 1 MiB",
            do: "say less, or make it an artifact of a run"),
    ]
}
