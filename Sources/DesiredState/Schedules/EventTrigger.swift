/// The event that starts a task.
package struct EventTrigger: Sendable, Hashable {
    /// Seconds in which the same task is started by events at most once: events may come by the thousand.
    package static let spacing: Int64 = 10

    /// nil for any.
    package var application: String?
    package var type: String

    package init(application: String? = nil, type: String) {
        self.application = application
        self.type = type
    }

    package func matches(application: String, type: String) -> Bool {
        self.type == type && (self.application ?? application) == application
    }
}
