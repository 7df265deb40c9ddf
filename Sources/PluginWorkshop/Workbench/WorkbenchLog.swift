internal import DesiredState
internal import Logging

/// Log lines as news.
struct WorkbenchLog: LogHandler {
    var metadata: Logger.Metadata = [:]
    var logLevel: Logger.Level = .debug
    let tell: @Sendable (WorkbenchNews) -> Void

    init(tell: @escaping @Sendable (WorkbenchNews) -> Void) { self.tell = tell }

    subscript(metadataKey key: String) -> Logger.Metadata.Value? {
        get { metadata[key] }
        set { metadata[key] = newValue }
    }

    func log(event: LogEvent) {
        let values = (event.metadata ?? [:]).sorted { $0.key < $1.key }
        let text = (["\(event.message)"] + values.map { "\($0.key)=\($0.value)" }).joined(separator: " ")
        tell(
            WorkbenchNews(.log, "\(event.level): \(text)", ["level": .string("\(event.level)"), "line": .string(text)]))
    }
}
