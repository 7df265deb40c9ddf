package import DesiredState

/// What the server knows of the applications that plugins manage.
package protocol ApplicationCatalog: Sendable {
    /// Ids, sorted.
    var applications: [String] { get }
    /// Schema of the application's settings; nil for an application that is not known.
    func schema(of application: String) -> SettingsSchema?
    /// Names of the application's tasks, sorted.
    func tasks(of application: String) -> [String]
    /// Schema of a task's parameters; nil for a task that is not known.
    func parameters(of task: String, in application: String) -> SettingsSchema?
}
