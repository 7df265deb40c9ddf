/// An event before it has a number: what a plugin emitted, or what the agent has to say itself.
package struct SpooledEvent: Sendable {
    package var id: [UInt8]
    package var application: String
    package var instance: String
    /// 1 info, 2 warning, 3 failure, 4 critical, as on the wire.
    package var severity: Int
    package var type: String
    package var text: String
    /// JSON; may be empty.
    package var data: [UInt8]
    /// µs UTC, the device's clock.
    package var time: Int64

    package init(
        id: [UInt8], application: String, instance: String = "", severity: Int, type: String, text: String,
        data: [UInt8] = [], time: Int64
    ) {
        self.id = id
        self.application = application
        self.instance = instance
        self.severity = severity
        self.type = type
        self.text = text
        self.data = data
        self.time = time
    }

    /// Failure and critical travel in the urgent stream.
    var isUrgent: Bool { severity >= 3 }

    /// Roughly what it weighs on the wire and in the spool.
    var weight: Int {
        application.utf8.count + instance.utf8.count + type.utf8.count + text.utf8.count + data.count + 64
    }
}
