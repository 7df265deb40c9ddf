import ArgumentParser

/// Which events.
struct EventOptions: ParsableArguments {
    @Option(help: "Only of this device: uid, the beginning of a uid, or host name.")
    var device: String?

    @Option(help: "Only of this application.")
    var application: String?

    @Option(help: "Only of this type, like threat.found.")
    var type: String?

    @Option(help: "Only of this severity and above: info, warning, failure, critical.")
    var severity: Severity?

    enum Severity: String, ExpressibleByArgument, CaseIterable {
        case info, warning, failure, critical
    }

    var query: [(String, String?)] {
        [("device", device), ("application", application), ("type", type), ("severity", severity?.rawValue)]
    }
}
