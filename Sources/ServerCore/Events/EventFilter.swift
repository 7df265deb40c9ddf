package import DeviceProtocol
import ServerStore

/// Which events an operator wants to see.
package struct EventFilter: Sendable, Equatable {
    package var device: DeviceUID?
    package var application: String?
    package var type: String?
    /// This severity and above.
    package var severity: EventSeverity?

    package init(
        device: DeviceUID? = nil, application: String? = nil, type: String? = nil, severity: EventSeverity? = nil
    ) {
        self.device = device
        self.application = application
        self.type = type
        self.severity = severity
    }

    func add(to filter: inout Filter) {
        filter.add("events.device_uid = %", device.map { .blob($0.bytes) })
        filter.add("events.application = %", application.map { .text($0) })
        filter.add("events.type = %", type.map { .text($0) })
        filter.add("events.severity >= %", severity.map { .integer($0.rawValue) })
    }
}
