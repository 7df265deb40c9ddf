import Glibc
package import Logging

/// Writes log lines to stderr, each in one write.
package struct StderrLogHandler: LogHandler {
    package enum Format: String, Sendable { case text, json }

    /// Setting it changes the level of every logger that shares the setting.
    package var logLevel: Logger.Level {
        get { level.current }
        set { level.current = newValue }
    }
    package var metadata: Logger.Metadata = [:]
    private let level: LogLevelSetting
    private let area: String
    private let format: Format

    package init(area: String, level: LogLevelSetting, format: Format) {
        self.area = area
        self.level = level
        self.format = format
    }

    package subscript(metadataKey key: String) -> Logger.Metadata.Value? {
        get { metadata[key] }
        set { metadata[key] = newValue }
    }

    package func log(event: LogEvent) {
        let all = metadata.merging(event.metadata ?? [:]) { _, new in new }
        let fields = all.sorted { $0.key < $1.key }.map { ($0.key, "\($0.value)") }
        let (time, text) = (Timestamp.now(), "\(event.message)")
        let line =
            switch format {
            case .text: LogLine.text(time: time, level: event.level, area: area, message: text, metadata: fields)
            case .json: LogLine.json(time: time, level: event.level, area: area, message: text, metadata: fields)
            }
        let bytes = Array(line.utf8)
        _ = bytes.withUnsafeBytes { write(STDERR_FILENO, $0.baseAddress, $0.count) }
    }
}
