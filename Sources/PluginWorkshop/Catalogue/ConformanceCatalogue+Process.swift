extension ConformanceCatalogue {
    /// The process as a whole.
    static let process: [ConformanceCheck] = [
        ConformanceCheck(
            "process.no-crash", "the plugin does not crash",
            do: "run the scenario that is named under a debugger or address sanitizer"),
        ConformanceCheck(
            "process.no-exit", "the plugin does not end its process",
            do: "return a status instead of calling exit"),
        ConformanceCheck(
            "process.no-hang", "every call returns in time",
            do: "see the deadline check that is broken too"),
        ConformanceCheck(
            "process.threads", "activating again and again leaves no threads",
            do: "join in deactivate every thread that activate starts"),
        ConformanceCheck(
            "process.descriptors", "activating again and again leaves no open descriptors",
            do: "close in deactivate what activate opens"),
        ConformanceCheck(
            "process.children", "no child process is left after destroy",
            do: "wait for children in deactivate; services belong to the service manager"),
        ConformanceCheck(
            "process.signals", "signals are handled as before: they are the host's",
            do: "use signalfd on a thread of yours with masks, or leave signals alone"),
        ConformanceCheck(
            "process.directory", "the working directory is left as it is",
            do: "use absolute paths, or openat"),
        ConformanceCheck(
            "process.umask", "the umask is left as it is",
            do: "give modes when you create files"),
    ]
}
