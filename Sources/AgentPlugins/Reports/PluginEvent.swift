/// An event that a plugin emitted, checked against its manifest.
package struct PluginEvent: Sendable, Hashable {
    /// 16 octets.
    package var id: [UInt8]
    package var application: String
    /// Empty for an application that is one.
    package var instance: String
    package var severity: EventSeverity
    package var type: String
    package var text: String
    /// A JSON object, or empty.
    package var data: [UInt8]
    /// UTC microseconds.
    package var time: Int64

    package init(
        id: [UInt8], application: String, instance: String, severity: EventSeverity, type: String, text: String,
        data: [UInt8], time: Int64
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
}
