extension ConformanceCatalogue {
    /// Events.
    static let news: [ConformanceCheck] = [
        ConformanceCheck(
            "events.struct-size", "an event's struct_size is that of the structure",
            do: "set .struct_size = sizeof event"),
        ConformanceCheck(
            "events.id", "an event has an id",
            do: "fill it with 16 random bytes, or with what names the occurrence"),
        ConformanceCheck(
            "events.id-unique", "every event has an id of its own",
            do: "make a new id for each event"),
        ConformanceCheck(
            "events.severity", "a severity is 1 to 4",
            do: "use the constants of events.h"),
        ConformanceCheck(
            "events.size", "an event has at most 8 KiB",
            do: "cut the data, or make it an artifact"),
        ConformanceCheck(
            "events.time", "an event's time is UTC microseconds, or 0 for now",
            do: "multiply seconds by 1,000,000"),
        ConformanceCheck(
            "events.instance", "an instance's name has at most 128 bytes",
            do: "shorten it"),
        ConformanceCheck(
            "events.declared", "an event's type is in the manifest",
            do: "add it to events"),
        ConformanceCheck(
            "events.text", "an event has a text, in UTF-8",
            do: "write a sentence for people"),
        ConformanceCheck(
            "events.data", "an event's data is a JSON object, or empty",
            do: "put the values into an object"),
        ConformanceCheck(
            "events.accepted", "an agent takes the event: no severity above the manifest's",
            do: "raise the severity in the manifest, or emit it with less"),
    ]
}
